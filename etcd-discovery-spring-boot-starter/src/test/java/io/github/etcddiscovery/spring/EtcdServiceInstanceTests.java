package io.github.etcddiscovery.spring;

import java.net.URI;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.cloud.client.ServiceInstance;

import static org.assertj.core.api.Assertions.assertThat;

class EtcdServiceInstanceTests {

	@Test
	void idIsServiceHostAndPortUnlessATagSaysOtherwise() {
		Instance instance = Instance.of("echo", "10.0.0.5", 8888);
		assertThat(map(instance).getInstanceId()).isEqualTo("echo:10.0.0.5:8888");
		assertThat(map(instance.withTag("instance-id", "blue-1")).getInstanceId()).isEqualTo("blue-1");
	}

	@Test
	void metadataIsTheTagsWithOurWeightAndZone() {
		ServiceInstance mapped = map(new Instance("echo", "10.0.0.5", 8888, 30,
				Map.of("zone", "a", "weight", "of somebody else", "version", "v1")));
		assertThat(mapped.getMetadata()).isEqualTo(Map.of("zone", "a", "weight", "30", "version", "v1"));
	}

	@Test
	void ipv6HasBracketsInTheUriOnly() {
		ServiceInstance mapped = map(Instance.of("echo", "2001:db8::1", 8888));
		assertThat(mapped.getHost()).isEqualTo("2001:db8::1");
		assertThat(mapped.getUri()).isEqualTo(URI.create("http://[2001:db8::1]:8888"));
		assertThat(mapped.getUri().getHost()).isEqualTo("[2001:db8::1]");
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-",
			value = { "-, -, -, false, http", "true, -, https, true, https", "-, https, https, true, https",
					"true, http, https, true, https", "-, http, -, false, http", "-, HTTP, -, false, http",
					"-, grpc, -, false, http", "true, grpc, https, true, https", "true, grpcs, https, true, https",
					"-, GRPCS, https, true, https", "true, tri, https, true, https" })
	void onlyTlsIsASchemeThatCallersMustUseAndOthersStayInTheMetadata(String secure, String scheme, String expected,
			boolean isSecure, String inUri) {
		Instance instance = Instance.of("echo", "10.0.0.5", 8888);
		instance = (secure != null) ? instance.withTag("secure", secure) : instance;
		instance = (scheme != null) ? instance.withTag("scheme", scheme) : instance;
		ServiceInstance mapped = map(instance);
		assertThat(mapped.getScheme()).isEqualTo(expected);
		assertThat(mapped.isSecure()).isEqualTo(isSecure);
		assertThat(mapped.getUri()).hasScheme(inUri);
		assertThat(mapped.getMetadata().get("scheme")).isEqualTo(scheme);
	}

	@Test
	void showsNoValueOfTheMetadata() {
		assertThat(map(Instance.of("echo", "10.0.0.5", 8888).withTag("token", "s3cret"))).asString()
			.contains("10.0.0.5:8888", "token")
			.doesNotContain("s3cret");
	}

	@Test
	void isEqualToTheSameInstanceOfAnotherSnapshot() {
		Instance instance = Instance.of("echo", "10.0.0.5", 8888);
		assertThat(map(instance)).isEqualTo(map(instance))
			.hasSameHashCodeAs(map(instance))
			.isNotEqualTo(map(instance.withWeight(11)));
	}

	@Test
	void underAnAliasTheServiceHasThatNameAndTheInstanceItsOwnId() {
		Instance instance = Instance.of("music_user", "10.0.0.5", 8888);
		ServiceSnapshot snapshot = new ServiceSnapshot("music_user", 1, List.of(instance), ServiceSnapshot.State.READ);
		ServiceInstance mapped = EtcdInstanceList.of("music-user", snapshot).get(0);
		assertThat(mapped.getServiceId()).isEqualTo("music-user");
		assertThat(mapped.getInstanceId()).isEqualTo("music_user:10.0.0.5:8888");
		assertThat(mapped).isNotEqualTo(map(instance));
	}

	private static ServiceInstance map(Instance instance) {
		return EtcdInstanceList
			.of(instance.service(),
					new ServiceSnapshot(instance.service(), 1, List.of(instance), ServiceSnapshot.State.READ))
			.get(0);
	}

}
