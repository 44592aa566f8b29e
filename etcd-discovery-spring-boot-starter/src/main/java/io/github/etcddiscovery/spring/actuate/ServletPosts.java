package io.github.etcddiscovery.spring.actuate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/**
 * Takes POSTs to the endpoint {@code etcddiscovery} where there are servlets, before
 * Boot's own mapping, which knows none.
 */
public final class ServletPosts extends SimpleUrlHandlerMapping {

	/**
	 * Creates the mapping.
	 * @param posts what POSTs do, by the path of the endpoint
	 * @param order before that of Boot's mapping
	 */
	public ServletPosts(Map<String, DiscoveryPosts> posts, int order) {
		setOrder(order);
		posts.forEach((path, all) -> setUrlMap(
				Map.of(path, (HttpRequestHandler) (request, response) -> answer(all, request, response))));
	}

	@Override
	protected @Nullable Object getHandlerInternal(HttpServletRequest request) throws Exception {
		return "POST".equals(request.getMethod()) ? super.getHandlerInternal(request) : null;
	}

	private static void answer(DiscoveryPosts posts, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		if (!PostAnswer.isJson(request.getContentType())) {
			response.setStatus(HttpStatus.UNSUPPORTED_MEDIA_TYPE.value());
			return;
		}
		byte[] body = request.getInputStream().readNBytes(DiscoveryPosts.MAX_BYTES);
		PostAnswer answer = PostAnswer.of(posts, body);
		response.setStatus(answer.status().value());
		response.setContentType(MediaType.TEXT_PLAIN_VALUE);
		response.getOutputStream().write(answer.text().getBytes(StandardCharsets.UTF_8));
	}

}
