package io.github.etcddiscovery;

import java.util.function.Supplier;

/**
 * Calls code that users wrote, which may throw anything. Not part of the API that users
 * write against; may change.
 */
public final class UserCode {

	private UserCode() {
	}

	/**
	 * Asks a codec: whatever it throws at one key, name or value must not cost the
	 * others.
	 * @param <T> type of the answer
	 * @param question asks
	 * @param otherwise the answer where the codec throws
	 * @return the answer
	 * @throws VirtualMachineError which says nothing of the key, but for a
	 * {@link StackOverflowError}
	 */
	public static <T> T ask(Supplier<T> question, T otherwise) {
		try {
			return question.get();
		}
		catch (Throwable ex) {
			if (isFaultOfTheJvm(ex)) {
				throw ex;
			}
			return otherwise;
		}
	}

	/**
	 * Tells whether there is no memory, or the JVM is broken.
	 * @param thrown what was thrown
	 * @return whether that says nothing of the code that threw it
	 */
	public static boolean isFaultOfTheJvm(Throwable thrown) {
		return thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError);
	}

}
