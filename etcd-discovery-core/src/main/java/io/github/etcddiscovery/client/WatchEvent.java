package io.github.etcddiscovery.client;

/**
 * One change of one key.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param type what happened
 * @param entry the key, and for a put what was written; a deletion has an empty value, no
 * lease, and the revision of the deletion
 */
public record WatchEvent(Type type, Entry entry) {

	/**
	 * What happened.
	 */
	public enum Type {

		/** The key was written. */
		PUT,

		/** The key was deleted, or its lease ended. */
		DELETE

	}

}
