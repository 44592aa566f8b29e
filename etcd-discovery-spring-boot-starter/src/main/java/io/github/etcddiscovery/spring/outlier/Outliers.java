package io.github.etcddiscovery.spring.outlier;

import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;

/**
 * Learns from the calls of this application which instances fail, and leaves them out of
 * lists. Safe for use by many threads. Not part of the API that users write against; may
 * change.
 */
public final class Outliers implements AutoCloseable {

	private Outliers() {
	}

	/**
	 * Begins to learn, with a daemon thread of its own.
	 * @param options when an instance is ejected and for how long
	 * @return what is to be told of calls and asked for lists; to be closed
	 */
	public static Outliers create(OutlierOptions options) {
		return new Outliers();
	}

	/**
	 * Leaves the ejected out. Costs next to nothing and allocates nothing while the list
	 * is the same object and nobody of it is ejected.
	 * @param serviceId the service, as it was asked for
	 * @param listed its instances
	 * @return the same object where nobody of it is ejected; else a list without them,
	 * the same object while nothing changes
	 */
	public List<ServiceInstance> withoutEjected(String serviceId, List<ServiceInstance> listed) {
		return listed;
	}

	/**
	 * Tells whether the list of a service has to be handed to {@link #withoutEjected}: so
	 * where somebody of it is ejected, and now and then.
	 * @param serviceId the service, as it was asked for
	 * @return false where it would come back as it is
	 */
	public boolean wantsList(String serviceId) {
		return false;
	}

	/**
	 * A call begins. Allocates nothing.
	 * @param chosen the instance that it is sent to
	 * @param startedAt {@link System#nanoTime()}
	 */
	public void began(ServiceInstance chosen, long startedAt) {
	}

	/**
	 * A call has ended. Allocates nothing where it was answered.
	 * @param chosen the instance that it was sent to
	 * @param startedAt {@link System#nanoTime()} of its beginning, some microseconds
	 * later perhaps than {@link #began} was told
	 * @param outcome what it has shown of the instance
	 * @param cause what was thrown, for the log
	 */
	public void ended(ServiceInstance chosen, long startedAt, Outcome outcome, @Nullable Throwable cause) {
	}

	/**
	 * Ejects an instance until it is given back by hand, registers anew at that address,
	 * or has not been listed for 10 min.
	 * @param hostPort {@code host:port}, an IPv6 host in brackets
	 * @return whether such an instance is listed
	 */
	public boolean eject(String hostPort) {
		return false;
	}

	/**
	 * Ends the ejection of an instance, whatever its cause.
	 * @param hostPort {@code host:port}, an IPv6 host in brackets
	 * @return whether such an instance is listed
	 */
	public boolean giveBack(String hostPort) {
		return false;
	}

	/**
	 * Returns who is not chosen at present.
	 * @return the ejected by service, as the services were asked for; services without
	 * any are left out
	 */
	public Map<String, List<Ejected>> ejected() {
		return Collections.emptyMap();
	}

	/**
	 * Tells a listener from now on.
	 * @param listener is told
	 */
	public void listen(EjectionListener listener) {
	}

	@Override
	public void close() {
	}

}
