package io.github.etcddiscovery.spring.autoconfigure;

import java.util.stream.Stream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
				Layouts.Access access = context.getBean(Layouts.class).access(context.getEnvironment());
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
					context.getBean(Layouts.class).access(context.getEnvironment()).deniedIsProof())
				.isTrue());
	}

}
