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

	private final Object lock = new Object();

	private final String serviceId;

	/** What was registered of a description, before anybody changed it. */
	private @Nullable Instance begunAs;

	/** What it had become when it was taken out. */
	private @Nullable Instance leftAs;

	/** Whether it was described since it was registered last. */
	private boolean fresh;

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
	 * @return the instance as it was last asked for, be it here or by core's handle
	 * @throws IllegalStateException while the address is not known
	 */
	public Instance instance() {
		Instance known = known();
		if (known == null) {
			throw new IllegalStateException("The address of '" + this.serviceId
					+ "' is not known before a server listens; wait for InstancePreRegisteredEvent");
		}
		return known;
	}

	/**
	 * Changes the instance. Before it is registered this changes what will be, afterwards
	 * what is, in place and without a gap. Where the application's own registration is
	 * stopped and started again and the same is registered, what was changed while it was
	 * registered before stays so. Returns at once.
	 * @param change makes the new instance of the current one; called on the caller's
	 * thread, under no lock, and once more where somebody else has changed the instance
	 * meanwhile
	 * @throws IllegalArgumentException if the change would change the key, or a format
	 * cannot carry the instance
	 * @throws IllegalStateException while the address is not known, or after core's
	 * handle was closed
	 */
	public void update(UnaryOperator<Instance> change) {
		boolean done = false;
		while (!done) {
			Registration registered = handle();
			done = (registered != null) ? update(registered, change) : updateUnregistered(change);
		}
	}

	private boolean update(Registration registered, UnaryOperator<Instance> change) {
		try {
			registered.update(change);
			return true;
		}
		catch (IllegalStateException ex) {
			if (handle() == registered) {
				throw ex;
			}
			// Deregistered in between.
			return false;
		}
	}

	private boolean updateUnregistered(UnaryOperator<Instance> change) {
		Instance before = instance();
		Instance changed = change.apply(before);
		synchronized (this.lock) {
			boolean same = this.handle == null && before.equals(this.instance);
			this.instance = same ? changed : this.instance;
			return same;
		}
	}

	void describe(Instance described) {
		synchronized (this.lock) {
			this.instance = described;
			this.fresh = true;
		}
	}

	/** The handle of core while this is registered, else null. */
	@Nullable Registration handle() {
		synchronized (this.lock) {
			return this.handle;
		}
	}

	/**
	 * Registers the instance as it is now. Where the same is registered anew, listeners
	 * having made the same of it, it goes on to be what it was changed into while it was
	 * registered before.
	 * @return the handle of another instance, which this one replaces, to be closed; else
	 * null
	 */
	@Nullable Registration register(EtcdRegistry registry) {
		synchronized (this.lock) {
			Instance begins = instance();
			Instance kept = (this.fresh && begins.equals(this.begunAs)) ? this.leftAs : null;
			Instance registers = (kept != null) ? kept : begins;
			Registration before = this.handle;
			Registration now = registry.register(registers, this.reasonsToBeOut);
			if (this.fresh && kept == null) {
				this.begunAs = begins;
				this.leftAs = null;
			}
			this.fresh = false;
			this.instance = registers;
			this.handle = now;
			return (before != now) ? before : null;
		}
	}

	@Nullable Registration unbind() {
		synchronized (this.lock) {
			Registration released = this.handle;
			this.instance = known();
			this.leftAs = (released != null) ? this.instance : this.leftAs;
			this.handle = null;
			return released;
		}
	}

	boolean isOut(String reason) {
		synchronized (this.lock) {
			return this.reasonsToBeOut.contains(reason);
		}
	}

	/** A reason to be out stays one when this is registered anew. */
	void suspend(String reason) {
		synchronized (this.lock) {
			this.reasonsToBeOut.add(reason);
			if (this.handle != null) {
				this.handle.suspend(reason);
			}
		}
	}

	void resume(String reason) {
		synchronized (this.lock) {
			this.reasonsToBeOut.remove(reason);
			if (this.handle != null) {
				this.handle.resume(reason);
			}
		}
	}

	/**
	 * Where this is registered, core's handle knows what others have changed too, unless
	 * another address was described since.
	 */
	private @Nullable Instance known() {
		synchronized (this.lock) {
			Instance described = this.instance;
			Instance registered = (this.handle != null) ? this.handle.instance() : described;
			return (described != null && registered != null && described.address().equals(registered.address()))
					? registered : described;
		}
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
