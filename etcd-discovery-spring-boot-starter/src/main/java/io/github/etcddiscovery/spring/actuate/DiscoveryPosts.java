package io.github.etcddiscovery.spring.actuate;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.spring.EndpointPost;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.json.JsonParseException;
import org.springframework.boot.json.JsonParserFactory;

/**
 * What a POST to the endpoint {@code etcddiscovery} does, by the one member of its body.
 * An operation of Boot's could not take it: Boot reads the body as texts by name, in
 * which no object has a place.
 */
public final class DiscoveryPosts {

	/** No body that makes sense is longer. */
	static final int MAX_BYTES = 64 * 1024;

	private static final Logger log = LoggerFactory.getLogger(DiscoveryPosts.class);

	private final Map<String, EndpointPost> posts = new TreeMap<>();

	/**
	 * Creates them.
	 * @param posts what there is
	 */
	public DiscoveryPosts(Collection<EndpointPost> posts) {
		posts.forEach((post) -> this.posts.put(post.member(), post));
	}

	/**
	 * Does what a body says.
	 * @throws IllegalArgumentException if it is not JSON, says nothing or too much, or
	 * what cannot be
	 */
	void accept(String body) {
		Map<String, Object> members = parse(body);
		EndpointPost post = (members.size() == 1) ? this.posts.get(members.keySet().iterator().next()) : null;
		if (post == null) {
			throw new IllegalArgumentException(
					"body: members " + Bytes.utf8(members.keySet().toString()) + " (expected: one of " + names() + ")");
		}
		post.accept(members.get(post.member()));
		// No value, which may be a secret.
		log.info("An operator has posted '{}' to the endpoint etcddiscovery, and it is done", post.member());
	}

	private Map<String, Object> parse(String body) {
		try {
			// Null for the JSON that is "null", whatever is promised.
			Map<String, Object> members = JsonParserFactory.getJsonParser().parseMap(body);
			if (members != null) {
				return members;
			}
		}
		catch (JsonParseException ex) {
			throw noObject(ex);
		}
		throw noObject(null);
	}

	private IllegalArgumentException noObject(@Nullable Exception cause) {
		return new IllegalArgumentException("body: no JSON object (expected: one with one of " + names() + ")", cause);
	}

	private String names() {
		return String.join(", ", this.posts.keySet());
	}

}
