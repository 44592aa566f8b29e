package io.github.etcddiscovery.codec;

import java.util.List;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.Decoded.Foreign;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Reason;
import io.github.etcddiscovery.codec.Decoded.Rejected;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.etcddiscovery.codec.BuiltInFormatsTests.codec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Names of services, and whose key is whose, in every format.
 */
class ServiceKeysTests {

	@ParameterizedTest
	@ValueSource(strings = { "kitex", "hertz", "plain", "kratos" })
	void theseFormatsHaveNoSlashInNames(String format) {
		refuses(format, "a/b", "no '/'");
		refuses(format, "", "not empty");
		refuses(format, "a\u202eb", "direction");
		assertThatNoException().isThrownBy(() -> codec(format).checkService("service.music user_\u652f"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "grpc", "go-kit", "go-zero" })
	void theseFormatsHaveSlashesBetweenPartsThatAreNotEmpty(String format) {
		assertThatNoException().isThrownBy(() -> codec(format).checkService("test/hello/v2"));
		refuses(format, "a/", "not empty");
		refuses(format, "a//b", "not empty");
		refuses(format, "/", "not empty");
		refuses(format, "", "not empty");
		refuses(format, "a/\nb", "control");
		refuses(format, "a/".repeat(127) + "bb", "255 bytes");
	}

	private static void refuses(String format, String service, String message) {
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> codec(format).checkService(service))
			.withMessageContaining(message)
			.withMessageContaining("'" + format + "'");
	}

	/** etcd:////abs/key asks for such a target. */
	@Test
	void aTargetMayBeginWithASlash() {
		Layout grpc = Layout.of(InstanceCodec.grpc());
		Instance instance = Instance.of("/abs/key", "10.0.0.5", 80);
		assertThatNoException().isThrownBy(() -> grpc.codec().checkService("/abs/key"));
		assertThat(grpc.key(instance)).isEqualTo(Bytes.utf8("/abs/key/10.0.0.5:80"));
		refuses("go-kit", "/abs/key", "not empty");
	}

	/** The vectors KB1 to KB12 of the reference. */
	@ParameterizedTest
	@CsvSource({ "kitex, , service.music.user, kitex/registry-etcd/service.music.user/10.0.0.5:8888",
			"kitex, etcd/v1, Hello, etcd/v1/Hello/10.0.0.5:8888",
			"hertz, , demo, hertz/registry-etcd/demo/10.0.0.5:8888", "grpc, , test/hello, test/hello/10.0.0.5:8888",
			"grpc, prod, test/hello, prod/test/hello/10.0.0.5:8888",
			"go-kit, /services, hello, /services/hello/10.0.0.5:8888", "plain, service, name, service/name/a1",
			"plain, '', name, /name/a1", "kratos, , helloworld, /microservices/helloworld/a1",
			"go-zero, , user.rpc, user.rpc/8850517558259487785",
			"go-zero, p, user.rpc, p/user.rpc/8850517558259487785" })
	void buildsKeys(String format, String prefix, String service, String key) {
		InstanceCodec codec = codec(format);
		Instance instance = Instance.of(service, "10.0.0.5", 8888).withTag(Instance.ID, "a1");
		Layout layout = new Layout(codec, (prefix != null) ? prefix : codec.defaultPrefix());
		assertThat(layout.key(instance)).isEqualTo(Bytes.utf8(key));
		assertThat(layout.service(service).contains(Bytes.utf8(key))).isTrue();
		assertThat(layout.decode(service, Bytes.utf8(key), codec.value(instance))).isInstanceOf(Found.class);
	}

	@ParameterizedTest
	@CsvSource({ "kitex, kitex/registry-etcd/", "hertz, hertz/registry-etcd/", "go-kit, /services/", "plain, service/",
			"kratos, /microservices/" })
	void theseFormatsHaveARangeOfAllServices(String format, String start) {
		Layout layout = Layout.of(codec(format));
		assertThat(layout.allServices()).isEqualTo(KeyRange.prefix(Bytes.utf8(start)));
		assertThat(layout.service("a")).isEqualTo(KeyRange.prefix(Bytes.utf8(start + "a/")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "grpc", "go-zero" })
	void servicesOfTheseFormatsHaveToBeAskedFor(String format) {
		for (String prefix : List.of("", "p")) {
			Layout layout = new Layout(codec(format), prefix);
			Instance instance = Instance.of("a", "10.0.0.5", 80);
			assertThat(layout.allServices()).isNull();
			assertThat(layout.decode(null, layout.key(instance), layout.codec().value(instance)))
				.isEqualTo(new Foreign());
			assertThat(layout.codec().serviceOf(prefix, layout.key(instance))).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "grpc", "go-kit", "go-zero" })
	void aServiceSeesNothingOfOnesBelowOrAboveIt(String format) {
		Layout layout = Layout.of(codec(format));
		for (String owner : List.of("a", "a/b", "a/b/c", "a/http:", "ab")) {
			Instance instance = Instance.of(owner, "10.0.0.5", 80);
			for (String asked : List.of("a", "a/b", "a/b/c", "a/http:", "ab", "b", "b/c", "c")) {
				Decoded decoded = layout.decode(asked, layout.key(instance), layout.codec().value(instance));
				assertThat(decoded).as("%s of %s", asked, owner)
					.isEqualTo(asked.equals(owner) ? new Found(instance.withWeight(0)) : new Foreign());
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "/services/a/10.0.0.5:80, a", "/services/a/b/10.0.0.5:80, a/b", "/services/a/, a",
			"/services/a/b/, a/b", "/services/a/http://10.0.0.5:80, a", "/services/a/b/http://10.0.0.5:80/v1/, a/b",
			"/services/a/http:/x, a/http:", "/services/a, ", "/services/, ", "/services//x, ", "/services/a//x, ",
			"/service/a/x, ", "/services/http://h:80, " })
	void goKitTellsTheServiceFromTheKey(String key, @Nullable String service) {
		Layout layout = Layout.of(InstanceCodec.goKit());
		Bytes bytes = Bytes.utf8(key);
		assertThat(layout.codec().serviceOf(layout.prefix(), bytes)).isEqualTo(service);
		Decoded decoded = layout.decode(null, bytes, Bytes.utf8("http://10.0.0.5:80"));
		if (service != null) {
			assertThat(decoded).isInstanceOfSatisfying(Found.class,
					(found) -> assertThat(found.instance().service()).isEqualTo(service));
		}
		else {
			assertThat(decoded).isNotInstanceOf(Found.class);
		}
	}

	@ParameterizedTest
	@CsvSource({ "kitex, kitex/registry-etcd/a/10.0.0.5:80", "hertz, hertz/registry-etcd/a/10.0.0.5:80",
			"plain, service/a/zone-a/svr1", "kratos, /microservices/a/zone-a/1" })
	void theOthersTellItFromWhatIsBeforeTheNextSlash(String format, String key) {
		InstanceCodec codec = codec(format);
		assertThat(codec.serviceOf(codec.defaultPrefix(), Bytes.utf8(key))).isEqualTo("a");
		assertThat(codec.serviceOf("elsewhere", Bytes.utf8(key))).isNull();
		assertThat(codec.serviceOf(codec.defaultPrefix(), Bytes.utf8(codec.defaultPrefix() + "/a"))).isNull();
		assertThat(codec.serviceOf(codec.defaultPrefix(), Bytes.utf8(codec.defaultPrefix() + "/\n/x"))).isNull();
		assertThat(codec.serviceOf(codec.defaultPrefix(), Bytes.of(new byte[] { -1 }))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "kitex", "hertz", "grpc", "go-kit", "plain", "go-zero", "kratos" })
	void keysThatAreNotUtf8AreRejectedWhereTheyAreOurs(String format) {
		Layout layout = new Layout(codec(format), "p");
		Bytes ours = Bytes.of(new byte[] { 'p', '/', 'a', '/', (byte) 0xff });
		Bytes value = layout.codec().value(Instance.of("a", "10.0.0.5", 80));
		assertThat(layout.decode("a", ours, value)).isEqualTo(new Rejected(Reason.ENCODING));
		assertThat(layout.decode("b", ours, value)).isEqualTo(new Foreign());
		boolean listed = layout.allServices() != null;
		assertThat(layout.decode(null, ours, value)).isEqualTo(listed ? new Rejected(Reason.ENCODING) : new Foreign());
	}

}
