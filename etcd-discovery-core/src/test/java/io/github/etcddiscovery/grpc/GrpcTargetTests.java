package io.github.etcddiscovery.grpc;

import java.net.URI;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Targets are read as by etcd's resolver for Go. */
class GrpcTargetTests {

	@ParameterizedTest
	@CsvSource({ "etcd:///test/hello, test/hello", "etcd:///echo, echo", "etcd:/test/hello, test/hello",
			"etcd:test/hello, test/hello", "etcd:echo, echo", "ETCD:///echo, echo" })
	void theServiceIsThePathOrTheOpaquePart(String target, String service) {
		assertThat(service(target)).isEqualTo(service);
	}

	@ParameterizedTest
	@CsvSource({ "etcd:////abs/key, /abs/key", "etcd:///foo/, foo/", "etcd:///a//b, a//b" })
	void oneLeadingSlashIsRemovedAndNoOther(String target, String service) {
		assertThat(service(target)).isEqualTo(service);
	}

	@ParameterizedTest
	@CsvSource({ "etcd://auth/foo, foo", "etcd://10.0.0.1:2379/foo, foo", "etcd:///foo?a=b/c#d, foo",
			"etcd:foo?a=b/c, foo", "etcd:foo#d, foo" })
	void authorityQueryAndFragmentArePassedOver(String target, String service) {
		assertThat(service(target)).isEqualTo(service);
	}

	@ParameterizedTest
	@CsvSource({ "etcd:///a%20b, a b", "etcd:///a%2Fb, a/b", "etcd:a%20b, a b", "etcd:///%E5%8C%97, 北",
			"etcd:///a%3Fb, a?b", "etcd:a%3Fb, a?b", "etcd:///a+b, a+b" })
	void percentEscapesAreDecoded(String target, String service) {
		assertThat(service(target)).isEqualTo(service);
	}

	@ParameterizedTest
	@ValueSource(strings = { "etcd:///", "etcd://foo", "etcd:/", "etcd:///?a", "etcd:?a" })
	void aTargetWithoutServiceIsRefusedByName(String target) {
		assertThatIllegalArgumentException().isThrownBy(() -> service(target))
			.withMessageContaining("'" + target + "'")
			.withMessageContaining("etcd:///<service>");
	}

	@Test
	void theAuthorityIsTheServiceEscapedWhereItCouldNotStandInAUri() {
		assertThat(GrpcTarget.authority("service.music_user-1")).isEqualTo("service.music_user-1");
		assertThat(GrpcTarget.authority("test/hello")).isEqualTo("test%2Fhello");
		assertThat(GrpcTarget.authority("北 %")).isEqualTo("%E5%8C%97%20%25");
	}

	private static String service(String target) {
		return GrpcTarget.service(URI.create(target));
	}

}
