package io.github.etcddiscovery.spring.actuate;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

/**
 * Takes POSTs to the endpoint {@code etcddiscovery} where nothing blocks, before Boot's
 * own mapping, which knows none.
 */
public final class ReactivePosts extends SimpleUrlHandlerMapping {

	/**
	 * Creates the mapping.
	 * @param posts what POSTs do, by the path of the endpoint
	 * @param order before that of Boot's mapping
	 */
	public ReactivePosts(Map<String, DiscoveryPosts> posts, int order) {
		setOrder(order);
		posts.forEach((path, all) -> setUrlMap(Map.of(path, (WebHandler) (exchange) -> answer(all, exchange))));
	}

	@Override
	public Mono<Object> getHandlerInternal(ServerWebExchange exchange) {
		return HttpMethod.POST.equals(exchange.getRequest().getMethod()) ? super.getHandlerInternal(exchange)
				: Mono.empty();
	}

	private static Mono<Void> answer(DiscoveryPosts posts, ServerWebExchange exchange) {
		ServerHttpResponse response = exchange.getResponse();
		if (!PostAnswer.isJson(exchange.getRequest().getHeaders().getFirst("Content-Type"))) {
			response.setStatusCode(HttpStatus.UNSUPPORTED_MEDIA_TYPE);
			return response.setComplete();
		}
		return DataBufferUtils.join(exchange.getRequest().getBody(), DiscoveryPosts.MAX_BYTES).map((buffer) -> {
			byte[] body = new byte[buffer.readableByteCount()];
			buffer.read(body);
			DataBufferUtils.release(buffer);
			return body;
		}).defaultIfEmpty(new byte[0]).flatMap((body) -> {
			PostAnswer answer = PostAnswer.of(posts, body);
			response.setStatusCode(answer.status());
			response.getHeaders().setContentType(MediaType.TEXT_PLAIN);
			DataBuffer text = response.bufferFactory().wrap(answer.text().getBytes(StandardCharsets.UTF_8));
			return response.writeWith(Mono.just(text));
		});
	}

}
