package io.github.etcddiscovery.test;

/** Throws what the compiler would have declared, as Kotlin and Groovy do. */
public final class Thrown {

	private Thrown() {
	}

	/**
	 * Throws.
	 * @param thrown a checked exception, or anything else
	 * @return nothing, so that the compiler sees where the caller ends
	 */
	public static RuntimeException undeclared(Throwable thrown) {
		return Thrown.<RuntimeException>as(thrown);
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	private static <T extends Throwable> RuntimeException as(Throwable thrown) throws T {
		throw (T) thrown;
	}

}
