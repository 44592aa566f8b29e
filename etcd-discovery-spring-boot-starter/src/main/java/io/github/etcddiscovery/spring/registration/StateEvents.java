package io.github.etcddiscovery.spring.registration;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.registry.RegistrationState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes {@link RegistrationStateChangedEvent}s, on a thread of its own, because
 * listeners are code of users and a loop of core waits for nobody. Not part of the API
 * that users write against; may change.
 */
public final class StateEvents implements DiscoveryObserver, AutoCloseable {

	private static final Logger log = LoggerFactory.getLogger(StateEvents.class);

	private final ApplicationEventPublisher publisher;

	private final ThreadPoolExecutor executor;

	/**
	 * Creates the observer; its thread begins with the first event.
	 * @param publisher where events are published
	 */
	public StateEvents(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
		this.executor = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), (task) -> {
			Thread thread = new Thread(task, "etcd-discovery-events");
			thread.setDaemon(true);
			return thread;
		}, new ThreadPoolExecutor.DiscardPolicy());
		this.executor.allowCoreThreadTimeOut(true);
	}

	@Override
	public void registrationState(String service, String key, String from, String to) {
		this.executor.execute(() -> publish(new RegistrationStateChangedEvent(this, service, key,
				RegistrationState.valueOf(from), RegistrationState.valueOf(to))));
	}

	private void publish(RegistrationStateChangedEvent event) {
		try {
			this.publisher.publishEvent(event);
		}
		catch (RuntimeException ex) {
			log.warn("A listener failed on the change of {} from {} to {}", event.getKey(), event.getFrom(),
					event.getTo(), ex);
		}
	}

	/** Publishes what is left and ends the thread. Does not wait. */
	@Override
	public void close() {
		this.executor.shutdown();
	}

}
