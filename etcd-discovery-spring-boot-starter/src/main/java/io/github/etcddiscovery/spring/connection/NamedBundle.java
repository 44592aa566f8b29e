package io.github.etcddiscovery.spring.connection;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.NestedExceptionUtils;

/**
 * The SSL bundle that {@code etcd.discovery.ssl.bundle} names. An update that cannot be
 * used leaves the last good one in use. Messages of what went wrong in a store are left
 * out: they can quote what was taken for the name of a file, a key for example.
 */
final class NamedBundle {

	private static final String PROPERTY = "etcd.discovery.ssl.bundle";

	private static final Logger log = LoggerFactory.getLogger(NamedBundle.class);

	private final String name;

	private final AtomicReference<@Nullable SslBundle> current = new AtomicReference<>();

	/**
	 * Finds the bundle and follows its updates.
	 * @param name name of the bundle
	 * @param bundles the SSL bundles of the application, or null where there are none
	 * @throws InvalidEtcdPropertyException if there is none of that name, or its stores
	 * cannot be used
	 */
	NamedBundle(String name, @Nullable SslBundles bundles) {
		this.name = name;
		try {
			if (bundles == null) {
				throw new NoSuchSslBundleException(name, "There are no SSL bundles");
			}
			// In this order: an update may come between the two.
			bundles.addBundleUpdateHandler(name, this::update);
			this.current.compareAndSet(null, bundles.getBundle(name));
		}
		catch (NoSuchSslBundleException ex) {
			throw new InvalidEtcdPropertyException(PROPERTY, name,
					"does not exist (expected: the name of a bundle under spring.ssl.bundle)", ex);
		}
		catch (RuntimeException ex) {
			throw unusable(problem(ex));
		}
		String problem = problem(bundle());
		if (problem != null) {
			throw unusable(problem);
		}
	}

	private InvalidEtcdPropertyException unusable(String problem) {
		return new InvalidEtcdPropertyException(PROPERTY, this.name,
				"cannot be used: " + problem + " (expected: a bundle whose key store and trust store can be read)");
	}

	private void update(SslBundle bundle) {
		String problem = problem(bundle);
		if (problem == null) {
			this.current.set(bundle);
		}
		else {
			log.warn("The SSL bundle '{}' was updated and cannot be used, going on with the last good one: {}",
					this.name, problem);
		}
	}

	/**
	 * Tells why a bundle cannot be used. Its stores are read only when they are asked
	 * for.
	 * @param bundle the bundle
	 * @return what went wrong, without what was read; null where it can be used
	 */
	static @Nullable String problem(SslBundle bundle) {
		try {
			bundle.getManagers().getKeyManagers();
			bundle.getManagers().getTrustManagers();
			return null;
		}
		catch (RuntimeException ex) {
			return problem(ex);
		}
	}

	private static String problem(RuntimeException failure) {
		return NestedExceptionUtils.getMostSpecificCause(failure).getClass().getSimpleName();
	}

	/** The same object until there is another that can be used. */
	SslBundle bundle() {
		return Objects.requireNonNull(this.current.get());
	}

}
