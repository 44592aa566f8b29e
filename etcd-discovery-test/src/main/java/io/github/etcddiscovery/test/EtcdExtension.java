package io.github.etcddiscovery.test;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.jspecify.annotations.Nullable;

/**
 * Runs a real etcd around tests. It is registered by a field:
 *
 * <pre>
 * &#64;RegisterExtension
 * static final EtcdExtension etcd = EtcdExtension.single();
 * </pre>
 *
 * In a static field: one cluster for all tests of the class and of its nested classes. In
 * an instance field: a fresh one for each test. {@link EtcdTest} gives the cluster as a
 * parameter instead. Not for tests of one class that run in parallel.
 */
public final class EtcdExtension implements EtcdCommands, BeforeAllCallback, BeforeEachCallback, AfterEachCallback,
		AfterAllCallback, ParameterResolver {

	private final EtcdSettings settings;

	private @Nullable EtcdCluster cluster;

	/**
	 * How many classes, one nested in the other, share the cluster; 0 for one per test.
	 */
	private int classes;

	/** For {@link EtcdTest}: one member. */
	public EtcdExtension() {
		this(EtcdSettings.defaults());
	}

	private EtcdExtension(EtcdSettings settings) {
		this.settings = settings;
	}

	/**
	 * Runs one member.
	 * @return the extension
	 */
	public static EtcdExtension single() {
		return new EtcdExtension();
	}

	/**
	 * Runs the cluster that is described.
	 * @param settings what to start
	 * @return the extension
	 */
	public static EtcdExtension of(EtcdSettings settings) {
		return new EtcdExtension(settings);
	}

	/**
	 * Gives the cluster.
	 * @return the running cluster
	 * @throws IllegalStateException outside of a test
	 */
	public EtcdCluster cluster() {
		return Optional.ofNullable(this.cluster)
			.orElseThrow(() -> new IllegalStateException("etcd runs during tests only, see @RegisterExtension"));
	}

	@Override
	public List<String> endpoints() {
		return cluster().endpoints();
	}

	@Override
	public String etcdctl(String... arguments) {
		return cluster().etcdctl(arguments);
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		if (this.classes++ == 0) {
			start();
		}
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		if (this.classes == 0) {
			start();
		}
	}

	@Override
	public void afterEach(ExtensionContext context) {
		if (this.classes == 0) {
			close();
		}
	}

	@Override
	public void afterAll(ExtensionContext context) {
		if (--this.classes == 0) {
			close();
		}
	}

	private void start() {
		this.cluster = EtcdCluster.create(this.settings).start();
	}

	private void close() {
		if (this.cluster != null) {
			this.cluster.close();
			this.cluster = null;
		}
	}

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
		return parameter.getParameter().getType() == EtcdCluster.class;
	}

	@Override
	public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
		return cluster();
	}

}
