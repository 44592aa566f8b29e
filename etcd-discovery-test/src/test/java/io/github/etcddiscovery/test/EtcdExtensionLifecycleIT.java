package io.github.etcddiscovery.test;

import java.lang.reflect.Proxy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** What JUnit calls, in its order; the extension looks at nothing else. */
@Timeout(60)
class EtcdExtensionLifecycleIT {

	private final ExtensionContext context = (ExtensionContext) Proxy.newProxyInstance(getClass().getClassLoader(),
			new Class<?>[] { ExtensionContext.class }, (proxy, method, arguments) -> {
				throw new IllegalStateException("the extension asks for " + method.getName());
			});

	private final EtcdExtension extension = EtcdExtension.single();

	@Test
	void registeredForAClassItLivesAsLongAsTheClass() {
		this.extension.beforeAll(this.context);
		EtcdCluster cluster = this.extension.cluster();
		for (int test = 0; test < 2; test++) {
			this.extension.beforeEach(this.context);
			assertThat(this.extension.cluster()).isSameAs(cluster);
			this.extension.afterEach(this.context);
		}
		assertThat(cluster.isRunning(0)).isTrue();
		this.extension.afterAll(this.context);
		assertThat(cluster.isRunning(0)).isFalse();
		assertThatIllegalStateException().isThrownBy(this.extension::cluster);
	}

	@Test
	void nestedClassesShareIt() {
		this.extension.beforeAll(this.context);
		EtcdCluster cluster = this.extension.cluster();
		this.extension.beforeAll(this.context);
		assertThat(this.extension.cluster()).isSameAs(cluster);
		this.extension.afterAll(this.context);
		assertThat(cluster.isRunning(0)).isTrue();
		this.extension.afterAll(this.context);
		assertThat(cluster.isRunning(0)).isFalse();
	}

	@Test
	void registeredForATestItLivesAsLongAsTheTest() {
		this.extension.beforeEach(this.context);
		EtcdCluster first = this.extension.cluster();
		this.extension.afterEach(this.context);
		assertThat(first.isRunning(0)).isFalse();
		this.extension.beforeEach(this.context);
		assertThat(this.extension.cluster()).isNotSameAs(first);
		this.extension.afterEach(this.context);
	}

	@Test
	void aStartThatFailedLeavesNothingToClose() {
		EtcdExtension wrong = EtcdExtension.of(EtcdSettings.defaults().withFlag("no-such-flag", "1"));
		assertThatExceptionOfType(EtcdException.class).isThrownBy(() -> wrong.beforeEach(this.context));
		wrong.afterEach(this.context);
		assertThatIllegalStateException().isThrownBy(wrong::endpoints);
	}

}
