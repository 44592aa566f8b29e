package io.github.etcddiscovery.spring.registration;

import java.util.concurrent.ExecutorService;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.registry.RegistrationState;

import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;

/**
 * A registration went from one state to another. Published by a thread of its own, in
 * order, after the fact.
 */
public final class RegistrationStateChangedEvent extends ApplicationEvent {

	private static final long serialVersionUID = 1L;

	private final String service;

	private final String key;

	private final RegistrationState from;

	private final RegistrationState to;

	/**
	 * Creates the event.
	 * @param source who publishes it
	 * @param service name of the service
	 * @param key the key in etcd, as text
	 * @param from the state that was left
	 * @param to the state that was entered
	 */
	public RegistrationStateChangedEvent(Object source, String service, String key, RegistrationState from,
			RegistrationState to) {
		super(source);
		this.service = service;
		this.key = key;
		this.from = from;
		this.to = to;
	}

	/**
	 * Returns the observer of core's registry that publishes these events. Not part of
	 * the API that users write against; may change.
	 * @param publisher where they are published
	 * @param thread where they are published, one thread; ends with the observer
	 * @return the observer, to be closed
	 */
	public static DiscoveryObserver observer(ApplicationEventPublisher publisher, ExecutorService thread) {
		return new StateEvents(publisher, thread);
	}

	/**
	 * Returns the service.
	 * @return its name
	 */
	public String getService() {
		return this.service;
	}

	/**
	 * Returns the key.
	 * @return the whole key in etcd, as text: what cannot be shown is escaped
	 */
	public String getKey() {
		return this.key;
	}

	/**
	 * Returns the state that was left.
	 * @return the state
	 */
	public RegistrationState getFrom() {
		return this.from;
	}

	/**
	 * Returns the state that was entered.
	 * @return the state
	 */
	public RegistrationState getTo() {
		return this.to;
	}

}
