package io.github.etcddiscovery.spring;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.resolver.Subscription;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * A bean that is told of changes for as long as its context runs. Not part of the API
 * that users write against; may change.
 */
public interface ChangeListener extends SmartLifecycle, AutoCloseable {

	/**
	 * Returns what this bean is told by.
	 * @return the changes, which end with this bean
	 */
	Changes changes();

	@Override
	default void stop() {
		changes().end();
	}

	@Override
	default boolean isRunning() {
		return changes().told();
	}

	/** Early, so that what is found while the application starts is told too. */
	@Override
	default int getPhase() {
		return 0;
	}

	/** A web server answers while its context is paused. */
	@Override
	default boolean isPauseable() {
		return false;
	}

	@Override
	default void close() {
		changes().close();
	}

	/**
	 * The changes of all services, told on one thread of the listener's own.
	 */
	final class Changes implements AutoCloseable {

		private final EtcdResolver resolver;

		private final ScheduledExecutorService thread;

		private final AtomicReference<@Nullable Subscription> subscription = new AtomicReference<>();

		/**
		 * Creates them; nothing is told before {@link #tell}.
		 * @param resolver core's resolver, which stays the caller's to close
		 * @param thread where everything is told, one thread; ends with this
		 */
		public Changes(EtcdResolver resolver, ScheduledExecutorService thread) {
			this.resolver = resolver;
			this.thread = thread;
		}

		/**
		 * Begins to tell, where it has not begun.
		 * @param listener is told on the thread
		 * @return whether this call began it
		 */
		public boolean tell(Consumer<ServiceSnapshot> listener) {
			boolean begun = this.subscription.get() == null;
			if (begun) {
				this.subscription.set(this.resolver.subscribeAll((snapshot) -> run(() -> listener.accept(snapshot))));
			}
			return begun;
		}

		/**
		 * Tells whether changes are being told.
		 * @return whether they are
		 */
		public boolean told() {
			return this.subscription.get() != null;
		}

		/**
		 * Runs something on the thread, after what was told before.
		 * @param task what to run
		 */
		public void run(Runnable task) {
			this.thread.execute(task);
		}

		/**
		 * Runs something on the thread, later.
		 * @param millis how much later, in milliseconds
		 * @param task what to run
		 */
		public void runAfter(long millis, Runnable task) {
			this.thread.schedule(task, millis, TimeUnit.MILLISECONDS);
		}

		/** Tells no more until {@link #tell} is called again. */
		public void end() {
			Subscription ended = this.subscription.getAndSet(null);
			if (ended != null) {
				ended.close();
			}
		}

		@Override
		public void close() {
			end();
			this.thread.shutdown();
		}

	}

}
