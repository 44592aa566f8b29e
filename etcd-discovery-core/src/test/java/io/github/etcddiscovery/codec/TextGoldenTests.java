package io.github.etcddiscovery.codec;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Decoded.Foreign;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Reason;
import io.github.etcddiscovery.codec.Decoded.Rejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every row of the golden vectors for go-kit, and for the simple scheme, which is our
 * format {@code plain}.
 */
class TextGoldenTests {

	private static final Layout GO_KIT = Layout.of(InstanceCodec.goKit());

	private static final Layout PLAIN = Layout.of(InstanceCodec.plain());

	static Stream<GoldenVector> goKit() {
		return GoldenVector.of("go-kit", "both");
	}

	static Stream<GoldenVector> simple() {
		return GoldenVector.of("simple", "both");
	}

	@Test
	void allRowsAreThere() {
		assertThat(goKit()).hasSize(16);
		assertThat(simple()).hasSize(18);
	}

	/** Host, port and tags of each row; none where it is left out. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			GK01 | 1.2.3.4         | 8080 |
			GK02 | 127.0.0.1       | 8080 | instance-id=http://127.0.0.1:8080
			GK03 | 1.2.3.4         | 8080 |
			GK04 | 2001:db8::1     | 8080 |
			GK05 | api.example.com | 443  | instance-id=a secure=true
			GK06 | 1.2.3.4         | 80   | instance-id=a
			GK07 | 1.2.3.4         | 8080 | instance-id=a path=/v1 query=zone=a
			GK08 | 10.0.0.1        | 9000 | instance-id=a scheme=grpc
			GK09 | xn--bnq875c.example | 80 | instance-id=a path=/<a>&b
			GK10 | | |
			GK11 | | |
			GK12 | | |
			GK13 | 1.2.3.4         | 8080 | instance-id=a
			GK14 | | |
			GK15 | | |
			GK16 | 1.2.3.4         | 80   |
			""")
	void readsWhatGoKitWrites(String id, String host, Integer port, String tags) {
		GoldenVector vector = row(goKit(), id);
		String service = service(vector, "/services/");
		assertDecodes(GO_KIT, vector, service, host, port, tags);
		if (tags == null && host != null && !id.equals("GK03")) {
			Instance instance = Instance.of(service, host, port);
			assertThat(GO_KIT.key(instance)).isEqualTo(vector.key());
			assertThat(GO_KIT.codec().value(instance)).isEqualTo(vector.value());
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			SS01 | 127.0.0.1   | 8080 | instance-id=svr1
			SS02 | 10.0.0.1    | 9000 | instance-id=server1
			SS03 | 2001:db8::1 | 8080 | instance-id=svr1
			SS04 | 2001:db8::1 | 8080 | instance-id=svr1
			SS05 | svc-1.local | 80   | instance-id=svr1
			SS06 | 127.0.0.1   | 8080 | instance-id=svr1
			SS07 | | |
			SS08 | | |
			SS09 | | |
			SS10 | | |
			SS11 | | |
			SS12 | | |
			SS13 | | |
			SS14 | 127.0.0.1   | 8080 | instance-id=svr1
			SS15 | 127.0.0.1   | 8080 | instance-id=zone-a/svr1
			SS16 | | |
			SS17 | 127.0.0.1   | 8080 | instance-id=svr1
			SS18 | | |
			""")
	void readsWhatScriptsWrite(String id, String host, Integer port, String tags) {
		GoldenVector vector = row(simple(), id);
		String service = service(vector, "service/");
		assertDecodes(PLAIN, vector, service, host, port, tags);
		if (host != null && !id.matches("SS04|SS06|SS14")) {
			Instance instance = Instance.of(service, host, port).withTags(tags(tags));
			assertThat(PLAIN.key(instance)).isEqualTo(vector.key());
			assertThat(PLAIN.codec().value(instance)).isEqualTo(vector.value());
		}
	}

	private static void assertDecodes(Layout layout, GoldenVector vector, String service, String host, Integer port,
			String tags) {
		Decoded ofAll = layout.decode(null, vector.key(), vector.value());
		assertThat(layout.decode(service, vector.key(), vector.value())).isEqualTo(ofAll);
		if (host == null) {
			assertThat(vector.java()).matches("(skip|reject).*");
			assertThat(ofAll).isInstanceOf(Rejected.class);
		}
		else {
			assertThat(ofAll).isEqualTo(new Found(new Instance(service, host, port, 0, tags(tags))));
		}
	}

	private static Map<String, String> tags(String text) {
		Map<String, String> tags = new LinkedHashMap<>();
		for (String tag : (text != null) ? text.split(" ") : new String[0]) {
			String[] parts = tag.split("=", 2);
			tags.put(parts[0], parts[1]);
		}
		return tags;
	}

	/** Where the row itself names an address, it is the one that is found. */
	@ParameterizedTest
	@MethodSource({ "goKit", "simple" })
	void findsTheAddressThatTheRowNames(GoldenVector vector) {
		Layout layout = vector.id().startsWith("GK") ? GO_KIT : PLAIN;
		Matcher host = Pattern.compile("host `?([^,` ]+)").matcher(vector.java());
		Matcher port = Pattern.compile("port (\\d+)").matcher(vector.java());
		Decoded decoded = layout.decode(null, vector.key(), vector.value());
		if (port.find()) {
			assertThat(decoded).isInstanceOfSatisfying(Found.class,
					(found) -> assertThat(found.instance().port()).hasToString(port.group(1)));
		}
		if (host.find()) {
			assertThat(decoded).isInstanceOfSatisfying(Found.class,
					(found) -> assertThat(found.instance().host()).isEqualTo(host.group(1)));
		}
	}

	@Test
	void rowsThatAskedForASiblingAreNotDelivered() {
		GoldenVector barsvc = row(goKit(), "GK16");
		assertThat(GO_KIT.service("bar").contains(barsvc.key())).isFalse();
		assertThat(GO_KIT.decode("bar", barsvc.key(), barsvc.value())).isEqualTo(new Foreign());
		GoldenVector name2 = row(simple(), "SS17");
		assertThat(PLAIN.service("name").contains(name2.key())).isFalse();
		assertThat(PLAIN.decode("name", name2.key(), name2.value())).isEqualTo(new Foreign());
	}

	@Test
	void reasonsTellWhatIsWrong() {
		assertThat(decoded(goKit(), "GK10")).isEqualTo(new Rejected(Reason.ADDRESS));
		assertThat(decoded(goKit(), "GK11")).isEqualTo(new Rejected(Reason.ENCODING));
		assertThat(decoded(simple(), "SS16")).isEqualTo(new Rejected(Reason.MALFORMED));
		assertThat(PLAIN.decode(null, Bytes.utf8("service/a/1"), Bytes.utf8(" ".repeat(16 * 1024 + 1))))
			.isEqualTo(new Rejected(Reason.TOO_LARGE));
	}

	private static Decoded decoded(Stream<GoldenVector> rows, String id) {
		GoldenVector vector = row(rows, id);
		return (id.startsWith("GK") ? GO_KIT : PLAIN).decode(null, vector.key(), vector.value());
	}

	private static String service(GoldenVector vector, String root) {
		String key = vector.key().toString().substring(root.length());
		return key.substring(0, key.indexOf('/'));
	}

	private static GoldenVector row(Stream<GoldenVector> rows, String id) {
		return rows.filter((vector) -> vector.id().equals(id)).findFirst().orElseThrow();
	}

}
