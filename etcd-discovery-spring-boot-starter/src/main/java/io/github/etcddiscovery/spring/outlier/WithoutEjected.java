package io.github.etcddiscovery.spring.outlier;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;

/**
 * Leaves the ejected out of the lists of a service, but for whoever says on its own
 * thread that it wants to see them once.
 */
final class WithoutEjected {

	/**
	 * The service whose next list is to hold the ejected, for whoever asks on this
	 * thread.
	 */
	private static final ThreadLocal<@Nullable String> NEXT_WITH_EJECTED = new ThreadLocal<>();

	private final Outliers outliers;

	WithoutEjected(Outliers outliers) {
		this.outliers = outliers;
	}

	/** Returns the very list where nobody of it is ejected. */
	List<ServiceInstance> of(String serviceId, List<ServiceInstance> listed) {
		List<ServiceInstance> left = this.outliers.withoutEjected(serviceId, listed);
		return (left == listed || !isWantedWithEjected(serviceId)) ? left : listed;
	}

	boolean mayDifferFor(String serviceId) {
		return this.outliers.wantsList(serviceId);
	}

	boolean lacksSomebodyOf(String serviceId) {
		return this.outliers.leavesOut(serviceId);
	}

	private static boolean isWantedWithEjected(String serviceId) {
		if (!serviceId.equals(NEXT_WITH_EJECTED.get())) {
			return false;
		}
		NEXT_WITH_EJECTED.remove();
		return true;
	}

	/**
	 * Lets the next list of the service that is asked for on this thread hold everybody.
	 */
	static void wantNextWithEjected(String serviceId) {
		NEXT_WITH_EJECTED.set(serviceId);
	}

	/** Forgets the wish, which somebody may have answered from elsewhere. */
	static void wantNoneWithEjected() {
		NEXT_WITH_EJECTED.remove();
	}

}
