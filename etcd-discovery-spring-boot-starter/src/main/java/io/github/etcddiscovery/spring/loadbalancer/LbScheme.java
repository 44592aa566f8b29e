package io.github.etcddiscovery.spring.loadbalancer;

import java.net.URI;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;

/**
 * What {@code lb://service} means. Spring Cloud keeps the caller's scheme where an
 * instance has none, and {@code lb} is one that no client can call.
 */
final class LbScheme {

	private static final String LB = "lb:";

	private LbScheme() {
	}

	/**
	 * Returns what to call: {@code http}, or {@code https} where the instance wants TLS.
	 * @param uri where the instance was chosen for, with its host and port
	 * @return the URI itself where its scheme is another one
	 */
	static URI resolve(URI uri, @Nullable ServiceInstance instance) {
		String text = uri.toString();
		if (!text.regionMatches(true, 0, LB, 0, LB.length())) {
			return uri;
		}
		boolean secure = instance != null && instance.isSecure();
		// As a text, so that what is escaped stays as it is.
		return URI.create((secure ? "https:" : "http:") + text.substring(LB.length()));
	}

}
