package io.github.etcddiscovery.spring.outlier;

import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import io.github.etcddiscovery.UserCode;
import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.jspecify.annotations.Nullable;

/**
 * Asks addresses by the probe, each once at a time.
 */
final class Probing {

	private final @Nullable Asking probe;

	private final LongSupplier clock;

	/**
	 * Prepares.
	 * @param probe asks; null where nobody is to be asked
	 */
	Probing(@Nullable Asking probe, LongSupplier clock) {
		this.probe = probe;
		this.clock = clock;
	}

	/**
	 * What asks: core's probe, or one that a test drives.
	 */
	interface Asking {

		void ask(String host, int port, Consumer<Answer> told);

	}

	/**
	 * Tells whether the probe can say of an address whether calls would reach it: not
	 * where this JVM sends them to a proxy.
	 */
	boolean canTellOf(Callee callee) {
		return this.probe != null && isCalledDirectly(callee.address());
	}

	/**
	 * Tells whether calls go there without a proxy, by whichever scheme, as far as this
	 * JVM says.
	 */
	static boolean isCalledDirectly(String address) {
		return Stream.of("http://", "https://")
			.allMatch((scheme) -> UserCode.ask(() -> isDirect(URI.create(scheme + address)), true));
	}

	private static boolean isDirect(URI uri) {
		ProxySelector selector = ProxySelector.getDefault();
		List<Proxy> proxies = (selector != null) ? selector.select(uri) : List.of();
		return proxies.isEmpty() || proxies.get(0).type() == Proxy.Type.DIRECT;
	}

	/**
	 * Asks where that can tell, unless the address is being asked already.
	 * @param pause for how long it must not have been asked
	 */
	void ask(Callee callee, Duration pause, Told told) {
		long now = now();
		if (this.probe == null || !canTellOf(callee) || !callee.ask(now, pause)) {
			return;
		}
		try {
			this.probe.ask(callee.host(), callee.port(), (answer) -> {
				callee.noteAnswerOfProbe();
				told.answered(callee, now, answer);
			});
		}
		catch (Throwable ex) {
			// There was no memory for the question; a second later it is asked again.
			callee.noteAnswerOfProbe();
		}
	}

	long now() {
		return this.clock.getAsLong();
	}

	/**
	 * Is told what the probe has found.
	 */
	interface Told {

		void answered(Callee callee, long askedAt, Answer answer);

	}

}
