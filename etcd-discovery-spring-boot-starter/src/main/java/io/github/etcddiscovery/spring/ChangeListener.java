package io.github.etcddiscovery.spring;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
		changes().unsubscribe();
	}

	@Override
	default boolean isRunning() {
		return changes().isSubscribed();
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

		/** Of each service what counts, however long the thread is busy with others. */
		private final Map<String, Untold> untold = new ConcurrentHashMap<>();

		/** Whether a task that empties the map has been handed to the thread. */
		private final AtomicBoolean taskIsDue = new AtomicBoolean();

		/**
		 * Creates them; nothing is told before {@link #subscribe}.
		 * @param resolver core's resolver, which stays the caller's to close
		 * @param thread where everything is told, one thread; ends with this
		 */
		public Changes(EtcdResolver resolver, ScheduledExecutorService thread) {
			this.resolver = resolver;
			this.thread = thread;
		}

		/**
		 * Begins to tell, where it has not begun.
		 * @param listener is told on the thread, of each service the newest snapshot, and
		 * before it the last one that was not read, if there was one: lookups were
		 * answered so
		 * @return whether this call began it
		 */
		public boolean subscribe(Consumer<ServiceSnapshot> listener) {
			if (this.subscription.get() != null) {
				return false;
			}
			Subscription begun = this.resolver.subscribeAll((snapshot) -> keep(snapshot, listener));
			if (this.subscription.compareAndSet(null, begun)) {
				return true;
			}
			begun.close();
			return false;
		}

		void keep(ServiceSnapshot snapshot, Consumer<ServiceSnapshot> listener) {
			this.untold.merge(snapshot.service(), Untold.of(snapshot), Untold::then);
			if (this.taskIsDue.compareAndSet(false, true)) {
				execute(() -> tellAll(listener));
			}
		}

		private void tellAll(Consumer<ServiceSnapshot> listener) {
			// First: what comes from now on needs a task of its own.
			this.taskIsDue.set(false);
			for (String service : List.copyOf(this.untold.keySet())) {
				Untold untold = this.untold.remove(service);
				if (untold != null) {
					untold.tell(listener);
				}
			}
		}

		/**
		 * Tells whether changes are being told.
		 * @return whether they are
		 */
		public boolean isSubscribed() {
			return this.subscription.get() != null;
		}

		/**
		 * Runs something on the thread, after what was told before.
		 * @param task what to run
		 */
		public void execute(Runnable task) {
			this.thread.execute(task);
		}

		/**
		 * Runs something on the thread, later.
		 * @param millis how much later, in milliseconds
		 * @param task what to run
		 */
		public void executeAfter(long millis, Runnable task) {
			this.thread.schedule(task, millis, TimeUnit.MILLISECONDS);
		}

		/** Tells no more until {@link #subscribe} is called again. */
		public void unsubscribe() {
			Subscription ended = this.subscription.getAndSet(null);
			if (ended != null) {
				ended.close();
				this.untold.clear();
			}
		}

		@Override
		public void close() {
			unsubscribe();
			this.thread.shutdown();
		}

		/**
		 * What is to be told of one service.
		 *
		 * @param unread the last snapshot before the newest that was not read
		 * @param newest the newest snapshot
		 */
		private record Untold(@Nullable ServiceSnapshot unread, ServiceSnapshot newest) {

			private static Untold of(ServiceSnapshot snapshot) {
				return new Untold(null, snapshot);
			}

			private Untold then(Untold later) {
				boolean answeredWithout = this.newest.state() == ServiceSnapshot.State.UNREAD;
				return new Untold(answeredWithout ? this.newest : this.unread, later.newest);
			}

			private void tell(Consumer<ServiceSnapshot> listener) {
				if (this.unread != null) {
					listener.accept(this.unread);
				}
				listener.accept(this.newest);
			}

		}

	}

}
