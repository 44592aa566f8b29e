package io.github.etcddiscovery.codec;

import io.github.etcddiscovery.Instance;
import org.jspecify.annotations.Nullable;

/**
 * Weights as they stand in registries: any number, or none.
 */
final class Weight {

	/** Name of the weight in metadata, as Kratos has it too. */
	static final String NAME = "weight";

	/** Weight of an instance that says nothing about it; resolvers have a default. */
	static final int UNSAID = 0;

	private Weight() {
	}

	/** Returns the nearest weight that an {@link Instance} can have. */
	static int of(long weight) {
		return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, weight));
	}

	/**
	 * Reads a weight.
	 * @param text text of metadata, or null
	 * @return the weight; unsaid where the text is no integer
	 */
	static int parse(@Nullable String text) {
		if (text == null || !GoText.isAscii(text)) {
			return UNSAID;
		}
		try {
			return of(Long.parseLong(text));
		}
		catch (NumberFormatException ex) {
			return UNSAID;
		}
	}

}
