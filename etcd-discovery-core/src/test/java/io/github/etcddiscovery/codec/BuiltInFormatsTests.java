package io.github.etcddiscovery.codec;

import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Decoded.Found;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a user of any format relies on: its name, its prefix, and what stands in etcd.
 */
class BuiltInFormatsTests {

	private static final Instance USER = Instance.of("service.music.user", "10.0.0.5", 8888);

	static InstanceCodec codec(String format) {
		return InstanceCodec.all().stream().filter((codec) -> codec.format().equals(format)).findFirst().orElseThrow();
	}

	@Test
	void sevenFormatsAreBuiltIn() {
		assertThat(InstanceCodec.all()).containsExactly(InstanceCodec.kitex(), InstanceCodec.hertz(),
				InstanceCodec.grpc(), InstanceCodec.goKit(), InstanceCodec.plain(), InstanceCodec.goZero(),
				InstanceCodec.kratos());
		assertThat(InstanceCodec.all()).extracting(InstanceCodec::format)
			.containsExactly("kitex", "hertz", "grpc", "go-kit", "plain", "go-zero", "kratos");
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', delimiter = '|',
			textBlock = """
					kitex   | kitex/registry-etcd/service.music.user/10.0.0.5:8888 | {"network":"tcp","address":"10.0.0.5:8888","weight":10,"tags":null}
					hertz   | hertz/registry-etcd/service.music.user/10.0.0.5:8888 | {"network":"tcp","address":"10.0.0.5:8888","weight":10,"tags":null}
					grpc    | service.music.user/10.0.0.5:8888 | {"Op":0,"Addr":"10.0.0.5:8888","Metadata":null}
					go-kit  | /services/service.music.user/10.0.0.5:8888 | http://10.0.0.5:8888
					plain   | service/service.music.user/service.music.user:10.0.0.5:8888 | 10.0.0.5:8888
					go-zero | service.music.user/8850517558259487785 | 10.0.0.5:8888
					kratos  | /microservices/service.music.user/service.music.user:10.0.0.5:8888 | {"id":"service.music.user:10.0.0.5:8888","name":"service.music.user","version":"","metadata":null,"endpoints":["http://10.0.0.5:8888"]}
					""")
	void writesItsOwnKeyAndValue(String format, String key, String value) {
		Layout layout = Layout.of(codec(format));
		assertThat(layout.key(USER)).isEqualTo(Bytes.utf8(key));
		assertThat(layout.codec().value(USER)).isEqualTo(Bytes.utf8(value));
		assertThat(layout.decode(USER.service(), Bytes.utf8(key), Bytes.utf8(value))).isInstanceOfSatisfying(
				Found.class, (found) -> assertThat(found.instance().withWeight(10)).isEqualTo(USER));
	}

	static Iterable<InstanceCodec> all() {
		return InstanceCodec.all();
	}

	@ParameterizedTest
	@MethodSource("all")
	void aLayoutIsWhatItsPartsAre(InstanceCodec codec) {
		assertThat(Layout.of(codec)).isEqualTo(new Layout(codec(codec.format()), codec.defaultPrefix()));
	}

	@Test
	void peersOfGrpcAndGoZeroRevokeWhenTheyLeave() {
		assertThat(InstanceCodec.all()).filteredOn(InstanceCodec::peersRevokeOnLeave)
			.extracting(InstanceCodec::format)
			.containsExactly("grpc", "go-zero");
	}

	@Test
	void metadataOfGrpcHoldsTagsAndWeight() {
		Instance instance = USER.withWeight(20).withTags(Map.of("zone", "a", "secure", "true"));
		assertThat(InstanceCodec.grpc().value(instance)).isEqualTo(Bytes.utf8(
				"{\"Op\":0,\"Addr\":\"10.0.0.5:8888\",\"Metadata\":{\"secure\":\"true\",\"weight\":20,\"zone\":\"a\"}}"));
	}

}
