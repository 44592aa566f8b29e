package io.github.etcddiscovery.spring.registration;

import java.util.Locale;
import java.util.Map;

import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.Registration;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.serviceregistry.ServiceRegistry;

/**
 * Spring Cloud's way to core's registry. Registers the application itself and whatever
 * users hand in. Safe for use by many threads.
 */
public final class EtcdServiceRegistry implements ServiceRegistry<EtcdRegistration> {

	/** The reason to be out of the registry that {@link #setStatus} gives. */
	static final String STATUS = "status";

	private static final String UP = "UP";

	private static final String OUT_OF_SERVICE = "OUT_OF_SERVICE";

	private final EtcdRegistry registry;

	/**
	 * Creates the registry.
	 * @param registry core's registry, which stays the caller's to close
	 */
	public EtcdServiceRegistry(EtcdRegistry registry) {
		this.registry = registry;
	}

	/**
	 * Registers an instance and keeps it registered. Returns at once, but where the
	 * registration had another instance before: that one is removed as by
	 * {@link #deregister}. A status that was set before is kept. Null does nothing.
	 * @throws IllegalArgumentException if a format cannot carry the instance
	 */
	@Override
	public void register(@Nullable EtcdRegistration registration) {
		Registration replaced = (registration != null) ? registration.register(this.registry) : null;
		if (replaced != null) {
			replaced.close();
		}
	}

	/**
	 * Removes an instance. Waits for the removal for at most the request timeout; after
	 * that it goes on in the background. Null, and what is not registered, does nothing.
	 */
	@Override
	public void deregister(@Nullable EtcdRegistration registration) {
		Registration handle = (registration != null) ? registration.unbind() : null;
		if (handle != null) {
			handle.close();
		}
	}

	/**
	 * Sets the status. OUT_OF_SERVICE removes the instance until it is UP again, also
	 * when it is registered anew meanwhile. Returns at once.
	 * @throws IllegalArgumentException if the status is neither; at Spring Cloud's
	 * endpoint that is a 400
	 */
	@Override
	public void setStatus(EtcdRegistration registration, String status) {
		switch (status.toUpperCase(Locale.ROOT)) {
			case UP -> registration.resume(STATUS);
			case OUT_OF_SERVICE -> registration.suspend(STATUS);
			default -> throw new UnknownStatusException("status of " + registration.getServiceId() + ": '" + status
					+ "' (expected: " + UP + " or " + OUT_OF_SERVICE + ")");
		}
	}

	/**
	 * Returns the status.
	 * @return a map with the {@code status}, UP or OUT_OF_SERVICE, and the {@code state}
	 * of the registration while there is one
	 */
	@Override
	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	public <T> T getStatus(EtcdRegistration registration) {
		String status = registration.isOut(STATUS) ? OUT_OF_SERVICE : UP;
		Registration handle = registration.handle();
		return (T) ((handle != null) ? Map.of("status", status, "state", handle.state().name())
				: Map.of("status", status));
	}

	/**
	 * Closes core's registry: every registration is removed and the lease revoked. Can be
	 * called twice.
	 */
	@Override
	public void close() {
		this.registry.close();
	}

}
