package io.github.etcddiscovery.spring.autoconfigure;

import java.util.stream.Stream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.config.BeanPostProcessor;

import static org.assertj.core.api.Assertions.assertThat;

/** What is read to see that etcd answers. */
class AccessTests {

	@ParameterizedTest
	@CsvSource({ "order=0, kitex/registry-etcd/", "resolver.scope=service, kitex/registry-etcd/echo/",
			"resolver.enabled=false, kitex/registry-etcd/echo/",
			"service-name=other;resolver.enabled=false, kitex/registry-etcd/other/",
			"resolver.scope=service;resolver.preload=x;resolver.aliases.x=y, kitex/registry-etcd/echo/ kitex/registry-etcd/y/" })
	void accessIsProvenToWhatWillBeReadOnly(String properties, String prefixes) {
		Contexts.client()
			.withPropertyValues(
					Stream.of(properties.split(";")).map((each) -> "etcd.discovery." + each).toArray(String[]::new))
			.run((context) -> {
				Layouts.Access access = context.getBean(Layouts.class).access(context.getEnvironment(), true);
				assertThat(access.ranges()).containsExactlyElementsOf(
						Stream.of(prefixes.split(" ")).map((prefix) -> KeyRange.prefix(Bytes.utf8(prefix))).toList());
				assertThat(access.deniedIsProof()).isFalse();
			});
	}

	@Test
	void withNothingToNameARefusalProvesThatEtcdAnswers() {
		Contexts.bare()
			.withPropertyValues("etcd.discovery.resolver.scope=service")
			.run((context) -> assertThat(
					context.getBean(Layouts.class).access(context.getEnvironment(), true).deniedIsProof())
				.isTrue());
	}

	@Test
	void ofAnApplicationThatDoesNotRegisterItsOwnNameIsNotRead() {
		Contexts.client()
			.withPropertyValues("etcd.discovery.resolver.scope=service", "etcd.discovery.resolver.preload=payments")
			.run((context) -> assertThat(
					context.getBean(Layouts.class).access(context.getEnvironment(), false).ranges())
				.containsExactly(KeyRange.prefix(Bytes.utf8("kitex/registry-etcd/payments/"))));
	}

	@ParameterizedTest
	@CsvSource({ "registration.enabled=false, true", "registration.enabled=true, false", "order=0, false" })
	void withFailFastAClientNeedsNoRightToReadItsOwnName(String property, boolean deniedIsProof) {
		Contexts.provider()
			.withPropertyValues("etcd.discovery.fail-fast=true", "etcd.discovery.start-timeout=1ms",
					"etcd.discovery.resolver.scope=service", "etcd.discovery." + property)
			.withInitializer((context) -> context
				.addBeanFactoryPostProcessor((beans) -> beans.addBeanPostProcessor(new StartupProofs(deniedIsProof))))
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("could not be reached"));
	}

	/** Looks at the proof before it is made, which fails without an etcd. */
	private record StartupProofs(boolean deniedIsProof) implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String name) {
			if (bean instanceof StartupProof proof) {
				assertThat(proof.access().deniedIsProof()).isEqualTo(this.deniedIsProof);
			}
			return bean;
		}

	}

}
