package io.github.etcddiscovery.spring.registration;

import java.util.concurrent.ExecutorService;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.registry.RegistrationState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes {@link RegistrationStateChangedEvent}s, on a thread of its own, because
 * listeners are code of users and a loop of core waits for nobody.
 */
final class StateEvents implements DiscoveryObserver, AutoCloseable {

	private static final Logger log = LoggerFactory.getLogger(StateEvents.class);

	private final ApplicationEventPublisher publisher;

	private final ExecutorService thread;

	/**
	 * Creates the observer.
	 * @param publisher where events are published
	 * @param thread where they are published, one thread; ends with this
	 */
	StateEvents(ApplicationEventPublisher publisher, ExecutorService thread) {
		this.publisher = publisher;
		this.thread = thread;
	}

	@Override
	public void registrationState(String service, String key, String from, String to) {
		this.thread.execute(() -> publish(new RegistrationStateChangedEvent(this, service, key,
				RegistrationState.valueOf(from), RegistrationState.valueOf(to))));
	}

	private void publish(RegistrationStateChangedEvent event) {
		try {
			this.publisher.publishEvent(event);
		}
		// Everything: Kotlin throws checked exceptions too.
		catch (Throwable ex) {
			log.warn("A listener failed on the change of {} from {} to {}", event.getKey(), event.getFrom(),
					event.getTo(), ex);
		}
	}

	/** Publishes what is left and ends the thread. Does not wait. */
	@Override
	public void close() {
		this.thread.shutdown();
	}

}
