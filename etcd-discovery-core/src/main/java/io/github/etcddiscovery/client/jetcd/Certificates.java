package io.github.etcddiscovery.client.jetcd;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.etcddiscovery.client.TlsManagers;

/**
 * Asks for certificates. Whoever gives them may take his time: it is on a thread of its
 * own, one question at a time.
 */
final class Certificates {

	private static final Logger logger = LoggerFactory.getLogger(Certificates.class);

	private final @Nullable Supplier<TlsManagers> supplier;

	private final Threads threads;

	private final Consumer<TlsManagers> user;

	private final AtomicBoolean asking = new AtomicBoolean();

	/** Touched by the thread that asks only. */
	private boolean failing;

	/**
	 * Asks nothing yet.
	 * @param supplier gives certificates; null where there are no TLS settings
	 * @param threads where to ask, and where to use what is given
	 * @param user uses what is given, also where it is the same as before
	 */
	Certificates(@Nullable Supplier<TlsManagers> supplier, Threads threads, Consumer<TlsManagers> user) {
		this.supplier = supplier;
		this.threads = threads;
		this.user = user;
	}

	/**
	 * Asks for what the first connection is made with, and waits for it.
	 * @param tls whether TLS is spoken
	 * @return the certificates; null for plaintext
	 */
	@Nullable TlsManagers first(boolean tls) {
		if (this.supplier != null) {
			return given(this.supplier);
		}
		return tls ? TlsManagers.JVM_DEFAULT : null;
	}

	/** None at all would be plaintext. */
	private static TlsManagers given(Supplier<TlsManagers> supplier) {
		return Objects.requireNonNull(supplier.get(), "the supplier of certificates has given none");
	}

	/** Asks for others, unless they are being asked for. Does not wait. */
	void ask() {
		Supplier<TlsManagers> supplier = this.supplier;
		if (supplier != null && this.asking.compareAndSet(false, true)) {
			this.threads.certificates().execute(() -> ask(supplier));
		}
	}

	private void ask(Supplier<TlsManagers> supplier) {
		try {
			TlsManagers given = given(supplier);
			this.failing = false;
			this.threads.connecting().execute(() -> this.user.accept(given));
		}
		catch (Throwable ex) {
			if (!this.failing) {
				logger.warn("Cannot read certificates, keeping the old ones: {}", ex.toString());
			}
			this.failing = true;
		}
		finally {
			this.asking.set(false);
		}
	}

}
