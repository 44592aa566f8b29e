package io.github.etcddiscovery.codec;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.AdvertisedAddress;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.address.RegistryVariables;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Reason;
import io.github.etcddiscovery.codec.Decoded.Rejected;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Every row of the golden vectors for Kitex, by bytes or by the rule that its field
 * {@code java} names. A row that neither covers fails.
 */
class KitexGoldenTests {

	private static final Bytes KEY = Bytes.utf8("kitex/registry-etcd/echo/10.0.0.5:8888");

	/** Rows to write otherwise than Go 1.19 did, and rows that no Java input makes. */
	private static final Map<String, Rule> RULES = Map.of("KE03", KitexGoldenTests::emptyTags, //
			"KE07b", KitexGoldenTests::newerEscapes, //
			"KE09", KitexGoldenTests::loneSurrogate, //
			"KE10", KitexGoldenTests::brackets, //
			"KE11", KitexGoldenTests::brackets, //
			"KE12", KitexGoldenTests::operatorsBrackets, //
			"KE14", KitexGoldenTests::portAsNumber, //
			"KE15", KitexGoldenTests::unixSocket, //
			"KE21", KitexGoldenTests::percentSign, //
			"KE23", KitexGoldenTests::wildcard);

	/** Remarks of the vectors that ask for nothing but the bytes. */
	private static final Set<String> BYTES = Set.of("same", "must be supported as explicit prefix \"\"",
			"configurable prefix used verbatim (no normalisation) so that it equals what Go computes",
			"key is UTF-8 bytes of the name, unescaped");

	private final InstanceCodec codec = InstanceCodec.kitex();

	static Stream<GoldenVector> encode() {
		return GoldenVector.of("kitex", "encode");
	}

	static Stream<GoldenVector> decode() {
		return GoldenVector.of("kitex", "decode");
	}

	@Test
	void allRowsAreThere() {
		assertThat(encode()).hasSize(25);
		assertThat(decode()).hasSize(49);
		assertThat(encode().map(GoldenVector::id)).containsAll(RULES.keySet());
	}

	@ParameterizedTest
	@MethodSource("encode")
	void writesWhatGoWrites(GoldenVector vector) throws UnreadableException {
		Rule rule = RULES.get(vector.id());
		if (rule != null) {
			rule.check(vector);
			return;
		}
		assertThat(vector.java()).as("a rule or plain bytes").isIn(BYTES);
		assertThat(struct(vector.result()).toJson(GoJsonWriter.Escapes.HTML)).isEqualTo(vector.value());
		Instance instance = instance(vector.result());
		assertThat(this.codec.key(text(vector.result(), "prefix"), instance)).isEqualTo(vector.key());
		assertThat(this.codec.value(instance)).isEqualTo(vector.value());
	}

	@ParameterizedTest
	@MethodSource("encode")
	void readsBackWhatGoWrites(GoldenVector vector) throws UnreadableException {
		assertThat(KitexValue.read(vector.value())).isEqualTo(struct(vector.result()));
	}

	@ParameterizedTest
	@MethodSource("decode")
	void readsWhatGoReads(GoldenVector vector) throws UnreadableException {
		if (vector.accepted()) {
			assertThat(KitexValue.read(vector.value())).isEqualTo(struct(vector.result()));
		}
		else {
			assertThatThrownBy(() -> KitexValue.read(vector.value())).isInstanceOf(UnreadableException.class);
		}
	}

	@ParameterizedTest
	@MethodSource("decode")
	void resolvesWhatHasAnAddress(GoldenVector vector) {
		Decoded decoded = this.codec.decode(this.codec.defaultPrefix(), "echo", KEY, vector.value());
		String java = vector.java();
		if (!vector.accepted()) {
			assertThat(java).isEqualTo("skip+warn");
			assertThat(decoded).extracting("reason").isEqualTo(Reason.MALFORMED);
		}
		else if (java.startsWith("skip")) {
			assertThat(decoded).isEqualTo(new Rejected(Reason.ADDRESS));
		}
		else {
			// "weight:=default weight" is the resolver's: the codec hands on what stands
			// there.
			assertThat(java).matches("same.*|accept.*|host .*|tag value \"\"|weight:=default weight \\(10\\)");
			assertThat(decoded).isEqualTo(new Found(instance(vector.result())));
		}
	}

	/** An instance knows no difference between no tags and none set. */
	private static void emptyTags(GoldenVector vector) {
		assertThat(struct(vector.result()).toJson(GoJsonWriter.Escapes.HTML)).isEqualTo(vector.value());
		assertThat(InstanceCodec.kitex().value(instance(vector.result())).strictUtf8()).endsWith("\"tags\":null}");
	}

	private static void newerEscapes(GoldenVector vector) {
		String older = Objects.requireNonNull(vector.value().strictUtf8());
		assertThat(struct(vector.result()).toJson(GoJsonWriter.Escapes.HTML).strictUtf8())
			.isEqualTo(older.replace("\\u0008", "\\b").replace("\\u000c", "\\f"));
	}

	private static void loneSurrogate(GoldenVector vector) {
		KitexValue value = new KitexValue("tcp", "10.0.0.5:8888", 10, Map.of("bad", "a\ud800b\udfff"));
		assertThat(value.toJson(GoJsonWriter.Escapes.HTML)).isEqualTo(vector.value());
	}

	private static void brackets(GoldenVector vector) {
		InstanceCodec codec = InstanceCodec.kitex();
		Found found = (Found) codec.decode(codec.defaultPrefix(), null, vector.key(), vector.value());
		String go = text(vector.result(), "address");
		String ours = "[" + go.replace(":8888", "]:8888");
		assertThat(codec.key("p", found.instance())).isEqualTo(Bytes.utf8("p/echo/" + ours));
		assertThat(codec.value(found.instance()).strictUtf8())
			.isEqualTo(Objects.requireNonNull(vector.value().strictUtf8()).replace(go, ours));
	}

	private static void operatorsBrackets(GoldenVector vector) {
		registersAs(Map.of("KITEX_IP_TO_REGISTRY", "[2001:db8::1]"), new AdvertisedAddress("::", 8888), vector);
	}

	private static void portAsNumber(GoldenVector vector) {
		registersAs(Map.of("KITEX_PORT_TO_REGISTRY", "08888"), new AdvertisedAddress("10.0.0.5", 1), vector);
	}

	private static void registersAs(Map<String, String> variables, AdvertisedAddress bound, GoldenVector vector) {
		HostPort address = AdvertisedAddress.decide(AdvertisedAddress.UNSET,
				new RegistryVariables("KITEX", variables::get), bound, () -> "192.0.2.1");
		Instance instance = Instance.of("echo", address.host(), address.port());
		assertThat(Layout.kitex().key(instance)).isEqualTo(vector.key());
		assertThat(InstanceCodec.kitex().value(instance)).isEqualTo(vector.value());
	}

	private static void unixSocket(GoldenVector vector) {
		assertThat(struct(vector.result()).toJson(GoJsonWriter.Escapes.HTML)).isEqualTo(vector.value());
		assertThat(Layout.kitex().decode(null, vector.key(), vector.value())).isEqualTo(new Rejected(Reason.ADDRESS));
	}

	private static void percentSign(GoldenVector vector) {
		assertThat(struct(vector.result()).toJson(GoJsonWriter.Escapes.HTML)).isEqualTo(vector.value());
		assertThat(new Layout(InstanceCodec.kitex(), "100%/x").key(instance(vector.result())))
			.isEqualTo(Bytes.utf8("100%/x/echo/10.0.0.5:8888"));
	}

	private static void wildcard(GoldenVector vector) {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> InstanceCodec.kitex().value(instance(vector.result())))
			.withMessageContaining("0.0.0.0");
		HostPort address = AdvertisedAddress.decide(AdvertisedAddress.UNSET,
				new RegistryVariables("KITEX", (name) -> null), new AdvertisedAddress("0.0.0.0", 8888),
				() -> "192.0.2.1");
		assertThat(address).hasToString("192.0.2.1:8888");
	}

	@SuppressWarnings("unchecked")
	private static KitexValue struct(Map<String, @Nullable Object> result) {
		return new KitexValue(text(result, "network"), text(result, "address"), weight(result),
				(Map<String, String>) result.get("tags"));
	}

	@SuppressWarnings("unchecked")
	private static Instance instance(Map<String, @Nullable Object> result) {
		HostPort address = Objects.requireNonNull(HostPort.parse(text(result, "address")));
		Map<String, String> tags = (Map<String, String>) result.get("tags");
		return new Instance((String) result.getOrDefault("service", "echo"), address.host(), address.port(),
				(int) Math.min(weight(result), Integer.MAX_VALUE), (tags != null) ? tags : Map.of());
	}

	private static long weight(Map<String, @Nullable Object> result) {
		return (Long) Objects.requireNonNull(result.get("weight"));
	}

	private static String text(Map<String, @Nullable Object> result, String name) {
		return (String) Objects.requireNonNull(result.get(name));
	}

	private interface Rule {

		void check(GoldenVector vector) throws UnreadableException;

	}

}
