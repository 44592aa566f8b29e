package io.github.etcddiscovery.spring.actuate;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * What a POST is answered.
 *
 * @param status the status
 * @param text what was wrong; empty where nothing was
 */
record PostAnswer(HttpStatus status, String text) {

	/** Does what a body says. */
	static PostAnswer of(DiscoveryPosts posts, byte[] body) {
		try {
			posts.accept(new String(body, StandardCharsets.UTF_8));
			return new PostAnswer(HttpStatus.NO_CONTENT, "");
		}
		catch (IllegalArgumentException ex) {
			return new PostAnswer(HttpStatus.BAD_REQUEST, String.valueOf(ex.getMessage()));
		}
		// The address is not known yet, or the registry is closed already.
		catch (IllegalStateException ex) {
			return new PostAnswer(HttpStatus.CONFLICT, String.valueOf(ex.getMessage()));
		}
	}

	/** Forms of other sites cannot send it, so that no browser of a victim does. */
	static boolean isJson(@Nullable String contentType) {
		try {
			MediaType type = (contentType != null) ? MediaType.parseMediaType(contentType) : MediaType.ALL;
			return type.getSubtype().equals("json") || "json".equals(type.getSubtypeSuffix());
		}
		catch (InvalidMediaTypeException ex) {
			return false;
		}
	}

}
