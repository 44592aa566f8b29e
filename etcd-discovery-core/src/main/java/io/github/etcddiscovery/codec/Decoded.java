package io.github.etcddiscovery.codec;

import java.util.Locale;
import java.util.Objects;

import io.github.etcddiscovery.Instance;

/**
 * What an entry of the registry turned out to be.
 * <p>
 * Not needed for plain registering and resolving; may change.
 */
public sealed interface Decoded {

	/**
	 * An instance.
	 *
	 * @param instance the instance, with the weight as it was written
	 */
	record Found(Instance instance) implements Decoded {

		/** Refuses null, as one answer of a codec that cannot be used. */
		public Found {
			Objects.requireNonNull(instance, "instance");
		}

	}

	/**
	 * A key that lies in the range but belongs to another service, or is no instance's:
	 * passed over, not counted.
	 */
	record Foreign() implements Decoded {

	}

	/**
	 * An entry that cannot be used: left out and counted.
	 *
	 * @param reason why
	 * @param member what is to blame in the value, as the format names it, or empty
	 */
	record Rejected(Reason reason, String member) implements Decoded {

		/** Refuses null, as one answer of a codec that cannot be used. */
		public Rejected {
			Objects.requireNonNull(reason, "reason");
			Objects.requireNonNull(member, "member");
		}

		/**
		 * Leaves open what is to blame.
		 * @param reason why
		 */
		public Rejected(Reason reason) {
			this(reason, "");
		}

	}

	/**
	 * Why an entry cannot be used.
	 */
	enum Reason {

		/** The key or the value is not what this format writes. */
		MALFORMED,

		/** The value, or a part of it, is larger than a sane writer makes it. */
		TOO_LARGE,

		/** The key or a plain-text value is not valid UTF-8. */
		ENCODING,

		/** There is no usable address in it, or one that must not be used. */
		ADDRESS;

		/**
		 * Returns the reason as a tag of a metric and as a word in a message.
		 * @return lower case, words joined by underscores
		 */
		public String tag() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
