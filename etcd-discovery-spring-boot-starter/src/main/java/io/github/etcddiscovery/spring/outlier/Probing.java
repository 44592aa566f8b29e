package io.github.etcddiscovery.spring.outlier;

import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.jspecify.annotations.Nullable;

/**
 * Asks addresses by the probe, each once at a time.
 */
final class Probing {

	/** An address is not asked more often because of calls. */
	private static final Duration SOON = Duration.ofMillis(100);

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
	 * Tells whether calls go there without a proxy, as far as this JVM says. The selector
	 * can be code of users.
	 */
	static boolean isCalledDirectly(String address) {
		try {
			ProxySelector selector = ProxySelector.getDefault();
			List<Proxy> proxies = (selector != null) ? selector.select(URI.create("http://" + address)) : List.of();
			return proxies.isEmpty() || proxies.get(0).type() == Proxy.Type.DIRECT;
		}
		catch (Exception ex) {
			return true;
		}
	}

	/** Asks because a call failed, where that can tell, and not too often. */
	void askSoon(Callee callee, Told told) {
		if (canTellOf(callee)) {
			ask(callee, SOON, told);
		}
	}

	/** Asks, unless it is being asked already. */
	void askNow(Callee callee, Told told) {
		if (canTellOf(callee)) {
			ask(callee, Duration.ZERO, told);
		}
	}

	long now() {
		return this.clock.getAsLong();
	}

	private void ask(Callee callee, Duration pause, Told told) {
		long now = now();
		if (this.probe != null && callee.ask(now, pause)) {
			this.probe.ask(callee.host(), callee.port(), (answer) -> {
				callee.noteAnswerOfProbe();
				told.answered(callee, now, answer);
			});
		}
	}

	/**
	 * Is told what the probe has found.
	 */
	interface Told {

		void answered(Callee callee, long askedAt, Answer answer);

	}

}
