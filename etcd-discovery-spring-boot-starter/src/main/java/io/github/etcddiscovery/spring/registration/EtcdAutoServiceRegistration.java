package io.github.etcddiscovery.spring.registration;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.registry.Registration;
import io.github.etcddiscovery.spring.EtcdRegistrationProperties;
import io.github.etcddiscovery.spring.EtcdRegistrationProperties.RegisterOn;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.cloud.client.discovery.event.InstancePreRegisteredEvent;
import org.springframework.cloud.client.discovery.event.InstanceRegisteredEvent;
import org.springframework.cloud.client.serviceregistry.AutoServiceRegistration;
import org.springframework.cloud.client.serviceregistry.RegistrationLifecycle;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Registers this application when it is ready and takes it out before its web server
 * stops.
 *
 * <pre>
 * phase      signal                                              next
 * STOPPED    start(), there is a port                            WAITING; with register-on started REGISTERED
 * STOPPED    start(), there is no port, or no address            CLIENT
 * WAITING    ACCEPTING_TRAFFIC                                   REGISTERED
 * REGISTERED REFUSING_TRAFFIC, ACCEPTING_TRAFFIC                 REGISTERED: out of the registry, back in it
 * WAITING    a listener or lifecycle throws before registering   WAITING; in start() STOPPED
 * any        stop()                                              STOPPED: removed, then drain-delay
 * </pre>
 *
 * Started after and stopped before the web server and its graceful shutdown, in
 * applications without a web server too. On shutdown Boot reports REFUSING_TRAFFIC first,
 * which begins the removal. Events of other contexts are none of ours.
 */
public final class EtcdAutoServiceRegistration
		implements AutoServiceRegistration, SmartLifecycle, ApplicationListener<AvailabilityChangeEvent<?>> {

	/**
	 * Above {@code DEFAULT_PHASE - 1024}, with which the web server begins its graceful
	 * shutdown.
	 */
	public static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 512;

	private static final Logger log = LoggerFactory.getLogger(EtcdAutoServiceRegistration.class);

	private static final String READINESS = "readiness";

	private final EtcdRegistration registration;

	private final EtcdServiceRegistry registry;

	private final OwnInstance self;

	private final EtcdRegistrationProperties properties;

	private final ApplicationContext context;

	private final List<RegistrationLifecycle<EtcdRegistration>> lifecycles;

	private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.STOPPED);

	private final Object followingReadiness = new Object();

	private volatile Readiness readiness = Readiness.UNKNOWN;

	/**
	 * Creates the registration; nothing happens before {@link #start()}.
	 * @param registration what is registered, described when the port is known
	 * @param registry where it is registered
	 * @param self describes this application
	 * @param properties how to register
	 * @param context whose events count
	 * @param lifecycles are told before and after
	 */
	public EtcdAutoServiceRegistration(EtcdRegistration registration, EtcdServiceRegistry registry, OwnInstance self,
			EtcdRegistrationProperties properties, ApplicationContext context,
			List<RegistrationLifecycle<EtcdRegistration>> lifecycles) {
		this.registration = registration;
		this.registry = registry;
		this.self = self;
		this.properties = properties;
		this.context = context;
		this.lifecycles = List.copyOf(lifecycles);
	}

	@Override
	public void start() {
		if (isRunning()) {
			return;
		}
		try {
			Instance instance = this.self.describe(this.registration.getServiceId());
			if (instance != null) {
				start(instance);
			}
			else {
				startWithoutPort();
			}
		}
		catch (NoAddressException ex) {
			startWithoutAddress(ex);
		}
	}

	private void start(Instance instance) {
		this.registration.describe(instance);
		this.phase.set(Phase.WAITING);
		if (this.properties.registerOn() == RegisterOn.STARTED || this.readiness == Readiness.ACCEPTING) {
			boolean begun = false;
			try {
				register();
				begun = true;
			}
			finally {
				// Not by a catch: Kotlin throws checked exceptions too.
				if (!begun) {
					this.phase.compareAndSet(Phase.WAITING, Phase.STOPPED);
				}
			}
		}
	}

	private void startWithoutPort() {
		if (Boolean.TRUE.equals(this.properties.enabled())) {
			throw new InvalidEtcdPropertyException("etcd.discovery.registration.enabled", true,
					"but there is no port to register (expected: a web or gRPC server, or etcd.discovery.registration.port)");
		}
		this.phase.set(Phase.CLIENT);
		ClientOnly.announce(this.context, this, "there is no web or gRPC server to register: set "
				+ "etcd.discovery.registration.port, or etcd.discovery.registration.enabled to false if that is right");
	}

	private void startWithoutAddress(NoAddressException problem) {
		if (Boolean.TRUE.equals(this.properties.enabled())) {
			throw new InvalidEtcdPropertyException("etcd.discovery.registration.ip-address", null,
					"is not set, and " + problem.getMessage(), problem);
		}
		this.phase.set(Phase.CLIENT);
		log.error("This application is not registered, because {}", problem.getMessage());
		this.context.publishEvent(new InstanceRegisteredEvent<>(this, "client only"));
	}

	@Override
	public void onApplicationEvent(AvailabilityChangeEvent<?> event) {
		boolean foreign = event.getSource() instanceof ApplicationContext source && source != this.context;
		if (foreign || !(event.getState() instanceof ReadinessState state)) {
			return;
		}
		this.readiness = (state == ReadinessState.ACCEPTING_TRAFFIC) ? Readiness.ACCEPTING : Readiness.REFUSING;
		if (this.readiness == Readiness.ACCEPTING) {
			register();
		}
		followReadiness();
	}

	/**
	 * One at a time, and by the newest readiness: of two events at once the later one
	 * must win, whichever thread comes last.
	 */
	private void followReadiness() {
		synchronized (this.followingReadiness) {
			if (this.phase.get() != Phase.REGISTERED || !this.properties.followsReadiness()) {
				return;
			}
			if (this.readiness == Readiness.REFUSING) {
				this.registration.suspend(READINESS);
			}
			else {
				this.registration.resume(READINESS);
			}
		}
	}

	private void register() {
		if (!this.phase.compareAndSet(Phase.WAITING, Phase.REGISTERED)) {
			return;
		}
		boolean registered = false;
		try {
			this.self.advise(this.registration.instance());
			this.context.publishEvent(new InstancePreRegisteredEvent(this, this.registration));
			this.lifecycles.forEach((lifecycle) -> lifecycle.postProcessBeforeStartRegister(this.registration));
			followReadiness();
			this.registry.register(this.registration);
			registered = true;
		}
		finally {
			// A veto. Nothing is registered, so there is nothing to leave.
			if (!registered) {
				this.phase.compareAndSet(Phase.REGISTERED, Phase.WAITING);
			}
		}
		if (this.phase.get() != Phase.REGISTERED) {
			// Stopped meanwhile, by the shutdown hook's thread: it has found no handle.
			this.registry.deregister(this.registration);
			return;
		}
		this.lifecycles.forEach((lifecycle) -> lifecycle.postProcessAfterStartRegister(this.registration));
		this.context.publishEvent(new InstanceRegisteredEvent<>(this, this.properties));
	}

	@Override
	public void stop() {
		if (this.phase.getAndSet(Phase.STOPPED) != Phase.REGISTERED) {
			return;
		}
		leaving((lifecycle) -> lifecycle.postProcessBeforeStopRegister(this.registration));
		Registration handle = this.registration.handle();
		if (handle != null && (this.properties.deregisterOnShutdown() || !closing())) {
			this.registry.deregister(this.registration);
			drain(this.properties.drainDelay().minus(handle.outFor()));
		}
		leaving((lifecycle) -> lifecycle.postProcessAfterStopRegister(this.registration));
	}

	/**
	 * Otherwise this is a pause: its server stops as well, and the lease would live on.
	 */
	private boolean closing() {
		return this.context instanceof ConfigurableApplicationContext closeable && closeable.isClosed();
	}

	/** Nobody's failure may keep the instance in the registry. */
	private void leaving(Consumer<RegistrationLifecycle<EtcdRegistration>> step) {
		for (RegistrationLifecycle<EtcdRegistration> lifecycle : this.lifecycles) {
			try {
				step.accept(lifecycle);
			}
			catch (Throwable ex) {
				log.warn("{} failed while {} was leaving the registry, which goes on", lifecycle.getClass().getName(),
						Bytes.utf8(this.registration.getServiceId()), ex);
			}
		}
	}

	/** Gives callers time to notice before the web server refuses them. */
	private static void drain(Duration left) {
		try {
			if (left.compareTo(Duration.ZERO) > 0) {
				Thread.sleep(left.toMillis() + 1);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public boolean isRunning() {
		return this.phase.get() != Phase.STOPPED;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	/**
	 * As its server is: a web server answers while its context is paused, a gRPC server
	 * stops and may come back with another port.
	 */
	@Override
	public boolean isPauseable() {
		return this.self.isServedByGrpc();
	}

	private enum Phase {

		STOPPED, WAITING, REGISTERED, CLIENT

	}

	private enum Readiness {

		UNKNOWN, ACCEPTING, REFUSING

	}

}
