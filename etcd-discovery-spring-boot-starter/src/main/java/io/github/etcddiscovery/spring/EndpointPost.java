package io.github.etcddiscovery.spring;

import org.jspecify.annotations.Nullable;

/**
 * Something that a POST to the endpoint {@code etcddiscovery} does. Its body is a JSON
 * object with one member, whose name says which. Not part of the API that users write
 * against; may change.
 */
public interface EndpointPost {

	/**
	 * Returns the name of the member.
	 * @return the name, another one for each
	 */
	String member();

	/**
	 * Does it, on a thread that must not be held up.
	 * @param value the value of the member as JSON gives it: a text, a number, a map, a
	 * list, a truth value, or null
	 * @throws IllegalArgumentException if the value cannot be right: that is a 400 with
	 * the message
	 * @throws IllegalStateException if there is nothing at present that could be changed:
	 * that is a 409 with the message
	 */
	void accept(@Nullable Object value);

}
