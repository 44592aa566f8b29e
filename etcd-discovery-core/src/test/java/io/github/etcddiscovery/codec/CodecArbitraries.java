package io.github.etcddiscovery.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Instances, keys and values, sane and insane.
 */
final class CodecArbitraries {

	/** Characters that escapes, encodings and separators stumble over. */
	private static final Integer[] CODE_POINTS = "aZ09 ._-%/\\\"'<>&{}[]:,\u0000\b\t\n\f\r\u001f\u007f\u0085\u00e9\u0130\u017f\u2028\u2029\u202e\u212a\ue000\ufeff\ufffd\ud83d\ude00\udbff\udfff"
		.codePoints()
		.boxed()
		.toArray(Integer[]::new);

	private static final String[] SERVICES = { "a", "ab", "a.b", "a/b", "a/b/c", "/a", "svc70", "A", "..", "a%2Fb",
			"a b", "music_user", "\u652f\u4ed8", "http:", "a/http:", "\ud83d\ude00" };

	private static final String[] HOSTS = { "10.0.0.5", "::1", "2001:db8::1", "fe80::1%eth0", "h", "echo-0.svc.local",
			"255.255.255.255" };

	/** What a key can be made of. */
	private static final String[] PARTS = { "a", "b", "", "ab", "..", "http:", "http://h:80", "10.0.0.5:80", "7",
			"[::1]:80", "\u00e9", "a:b" };

	/** What stands between the parts of a value, and what does not belong there. */
	private static final List<String> TOKENS = List.of("null", "true", "-0", "1e1", "10.0", "9223372036854775808", "-",
			"{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\ude00", "\\u0041", "\"TAGS\":{\"a\":null},",
			"\"tag\u017f\":{},", "\"wei\\u0067ht\":3,", "\"weight\":null,", "\"address\":null,", "\"address\":\"b:2\",",
			"\"network\":\"udp\",", "\"Addr\":\"http://h:2\",", "\"Metadata\":[{}],", "\"Op\":256,",
			"\"endpoints\":[null],", "\"name\":\"a/b\",", "\"metadata\":{\"weight\":\"x\"},", "\"x\":[[[[[[[[]]]]]]]],",
			"\ufeff", " ", "\n", "0", "://", "http://", "@", "/", "?", "#", "%25", "]:", "x".repeat(17_000), "\u652f");

	private CodecArbitraries() {
	}

	private static Arbitrary<String> text() {
		return Arbitraries.of(CODE_POINTS)
			.list()
			.ofMaxSize(8)
			.map((points) -> points.stream()
				.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
				.toString());
	}

	private static Arbitrary<String> service() {
		return Arbitraries.frequencyOf(Tuple.of(4, Arbitraries.of(SERVICES)),
				Tuple.of(1, text().filter((text) -> !text.isEmpty())));
	}

	/** Tags that some format has a place of its own for, and any other. */
	private static Arbitrary<Tuple.Tuple2<String, String>> tag() {
		Arbitrary<Tuple.Tuple2<String, String>> known = Arbitraries.of(Tuple.of(Instance.ZONE, "a"),
				Tuple.of(Instance.SECURE, "true"), Tuple.of(Instance.SECURE, "false"), Tuple.of(Instance.SCHEME, ""),
				Tuple.of(Instance.SCHEME, "http"), Tuple.of(Instance.SCHEME, "https"),
				Tuple.of(Instance.SCHEME, "grpc"), Tuple.of(Instance.SCHEME, "a b"), Tuple.of(Instance.ID, "svr1"),
				Tuple.of(Instance.ID, "a/b"), Tuple.of(Instance.ID, ""), Tuple.of("version", "v1"),
				Tuple.of("version", ""), Tuple.of("weight", "7"), Tuple.of("grpc.port", "9000"),
				Tuple.of("grpc.port", "09000"), Tuple.of("grpcs.port", "0"), Tuple.of("path", "/v1"));
		return Arbitraries.oneOf(known, Combinators.combine(text(), text()).as(Tuple::of));
	}

	static Arbitrary<Instance> instances() {
		return Combinators
			.combine(service(), Arbitraries.of(HOSTS), Arbitraries.integers().between(1, 65535),
					Arbitraries.oneOf(Arbitraries.of(10, 0), Arbitraries.integers()), tag().list().ofMaxSize(4))
			.as((service, host, port, weight, tags) -> {
				Instance instance = new Instance(service, host, port, weight, Map.of());
				for (Tuple.Tuple2<String, String> tag : tags) {
					instance = instance.withTag(tag.get1(), tag.get2());
				}
				return instance;
			});
	}

	static Arbitrary<List<Mutation>> mutations() {
		return Combinators
			.combine(Arbitraries.of(Mutation.Kind.values()), Arbitraries.integers().between(0, 1 << 20),
					Arbitraries.integers().between(0, 255))
			.as(Mutation::new)
			.list()
			.ofMaxSize(6);
	}

	static Arbitrary<String> paths() {
		return Arbitraries.of(PARTS).list().ofMinSize(1).ofMaxSize(5).map((parts) -> String.join("/", parts));
	}

	/**
	 * One thing that is wrong with some bytes.
	 */
	record Mutation(Kind kind, int position, int argument) {

		Bytes apply(Bytes bytes) {
			byte[] content = bytes.toByteArray();
			int at = this.position % (content.length + 1);
			byte[] one = { (byte) this.argument };
			return Bytes.of(switch (this.kind) {
				case CUT -> Arrays.copyOf(content, at);
				case INSERT -> splice(content, at, at, one);
				case REPLACE -> splice(content, at, Math.min(at + 1, content.length), one);
				case DROP -> splice(content, at, Math.min(at + 1 + this.argument % 3, content.length), new byte[0]);
				case REPEAT -> splice(content, at, at, Arrays.copyOfRange(content, this.argument % (at + 1), at));
				case TOKEN -> splice(content, at, at, token());
				case MEMBER -> splice(content, Math.min(1, content.length), Math.min(1, content.length), token());
			});
		}

		private byte[] token() {
			return TOKENS.get(this.argument % TOKENS.size()).getBytes(StandardCharsets.UTF_8);
		}

		private static byte[] splice(byte[] bytes, int start, int end, byte[] middle) {
			byte[] spliced = Arrays.copyOf(bytes, start + middle.length + bytes.length - end);
			System.arraycopy(middle, 0, spliced, start, middle.length);
			System.arraycopy(bytes, end, spliced, start + middle.length, bytes.length - end);
			return spliced;
		}

		enum Kind {

			CUT, INSERT, REPLACE, DROP, REPEAT, TOKEN, MEMBER

		}

	}

}
