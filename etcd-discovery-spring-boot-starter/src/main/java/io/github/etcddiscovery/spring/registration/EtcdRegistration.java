package io.github.etcddiscovery.spring.registration;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.spring.EtcdServiceInstance;
import org.jspecify.annotations.Nullable;

/**
 * An instance that is registered, or to be registered, with {@link EtcdServiceRegistry}.
 * Safe for use by many threads.
 * <p>
 * The application's own one is a bean. Its address is known when the web server listens:
 * until then {@link #getHost()} and {@link #getUri()} throw an IllegalStateException and
 * {@link #getPort()} is 0.
 */
public final class EtcdRegistration implements org.springframework.cloud.client.serviceregistry.Registration {

	private final String serviceId;

	private @Nullable Instance instance;

	private @Nullable Registration handle;

	private final Set<String> reasonsToBeOut = new LinkedHashSet<>();

	/**
	 * Creates a registration whose address is not known yet.
	 * @param serviceId name of the service
	 */
	public EtcdRegistration(String serviceId) {
		this.serviceId = serviceId;
	}

	/**
	 * Creates a registration of any instance, to be registered by hand.
	 * @param instance the instance
	 */
	public EtcdRegistration(Instance instance) {
		this(instance.service());
		this.instance = instance;
	}

	/**
	 * Returns the instance.
	 * @return the instance as it was last asked for
	 * @throws IllegalStateException while the address is not known
	 */
	public synchronized Instance instance() {
		if (this.instance == null) {
			throw new IllegalStateException("The address of '" + this.serviceId
					+ "' is not known before a server listens; wait for InstancePreRegisteredEvent");
		}
		return this.instance;
	}

	/**
	 * Changes the instance. Before it is registered this changes what will be, afterwards
	 * what is, in place and without a gap. Returns at once.
	 * @param change makes the new instance of the current one
	 * @throws IllegalArgumentException if the change would change the key
	 * @throws IllegalStateException while the address is not known
	 */
	public synchronized void update(UnaryOperator<Instance> change) {
		Instance changed = change.apply(instance());
		if (this.handle != null) {
			this.handle.update((current) -> changed);
		}
		this.instance = changed;
	}

	synchronized void describe(Instance instance) {
		this.instance = instance;
	}

	/** The handle of core while this is registered, else null. */
	synchronized @Nullable Registration handle() {
		return this.handle;
	}

	/**
	 * Registers the instance as it is now.
	 * @return the handle of another instance, which this one replaces, to be closed; else
	 * null
	 */
	synchronized @Nullable Registration register(EtcdRegistry registry) {
		Registration before = this.handle;
		Registration now = registry.register(instance(), this.reasonsToBeOut);
		this.handle = now;
		return (before != now) ? before : null;
	}

	synchronized @Nullable Registration unbind() {
		Registration released = this.handle;
		this.handle = null;
		return released;
	}

	synchronized boolean isOut(String reason) {
		return this.reasonsToBeOut.contains(reason);
	}

	/** A reason to be out stays one when this is registered anew. */
	synchronized void out(String reason, boolean out) {
		if (out) {
			this.reasonsToBeOut.add(reason);
		}
		else {
			this.reasonsToBeOut.remove(reason);
		}
		if (this.handle != null && out) {
			this.handle.suspend(reason);
		}
		else if (this.handle != null) {
			this.handle.resume(reason);
		}
	}

	private synchronized @Nullable Instance known() {
		return this.instance;
	}

	@Override
	public @Nullable String getInstanceId() {
		Instance known = known();
		return (known != null) ? known.id() : null;
	}

	@Override
	public String getServiceId() {
		return this.serviceId;
	}

	@Override
	public String getHost() {
		return instance().host();
	}

	@Override
	public int getPort() {
		Instance known = known();
		return (known != null) ? known.port() : 0;
	}

	@Override
	public boolean isSecure() {
		Instance known = known();
		return known != null && EtcdServiceInstance.secure(known);
	}

	@Override
	public @Nullable String getScheme() {
		Instance known = known();
		return (known != null) ? EtcdServiceInstance.scheme(known) : null;
	}

	@Override
	public URI getUri() {
		return EtcdServiceInstance.uri(instance());
	}

	@Override
	public Map<String, String> getMetadata() {
		Instance known = known();
		return (known != null) ? EtcdServiceInstance.metadata(known) : Map.of();
	}

	/**
	 * Shows everything but the values of the metadata, which may hold secrets.
	 * @return the registration, for messages and logs
	 */
	@Override
	public String toString() {
		Instance known = known();
		return "EtcdRegistration[" + ((known != null) ? known : this.serviceId) + "]";
	}

}
