package io.github.etcddiscovery.spring.registration;

import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.cloud.client.discovery.event.InstanceRegisteredEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Stands in for the registration in an application that only discovers: the health of the
 * discovery client and the routes of a gateway wait for {@link InstanceRegisteredEvent}.
 * Not part of the API that users write against; may change.
 */
public final class ClientOnly implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(ClientOnly.class);

	private final ApplicationEventPublisher publisher;

	private final @Nullable String reason;

	private final AtomicBoolean running = new AtomicBoolean();

	/**
	 * Creates the stand-in.
	 * @param publisher where the event is published
	 * @param reason what is missing for a registration, or null where none is wanted
	 */
	public ClientOnly(ApplicationEventPublisher publisher, @Nullable String reason) {
		this.publisher = publisher;
		this.reason = reason;
	}

	@Override
	public void start() {
		if (this.running.compareAndSet(false, true)) {
			if (this.reason != null) {
				announce(this.publisher, this, this.reason);
			}
			else {
				this.publisher.publishEvent(new InstanceRegisteredEvent<>(this, "client only"));
			}
		}
	}

	static void announce(ApplicationEventPublisher publisher, Object source, String reason) {
		log.info("This application discovers services but is not registered itself, because {}", reason);
		publisher.publishEvent(new InstanceRegisteredEvent<>(source, "client only"));
	}

	@Override
	public void stop() {
		this.running.set(false);
	}

	@Override
	public boolean isRunning() {
		return this.running.get();
	}

	/** A context that comes back from a pause has nothing to say anew. */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return EtcdAutoServiceRegistration.PHASE;
	}

}
