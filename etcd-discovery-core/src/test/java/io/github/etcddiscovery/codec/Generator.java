package io.github.etcddiscovery.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;

/**
 * Makes instances and values, sane and insane, from a seed. The seed is another one on
 * every run and stands in each failure; {@code -Dtest.seed=...} repeats a run.
 */
final class Generator {

	/** Characters that escapes, encodings and separators stumble over. */
	private static final int[] CODE_POINTS = "aZ09 ._-%/\\\"'<>&{}[]:,\u0000\b\t\n\f\r\u001f\u007f\u0085\u00e9\u0130\u017f\u2028\u2029\u202e\u212a\ue000\ufeff\ufffd\ud83d\ude00\udbff\udfff"
		.codePoints()
		.toArray();

	private static final String[] SERVICES = { "a", "ab", "a.b", "svc7", "svc70", "svc", "A", "..", "a%2Fb", "a b",
			"music_user", "\u652f\u4ed8", "a0", "registry-etcd", "\ud83d\ude00" };

	private static final String[] HOSTS = { "10.0.0.5", "::1", "2001:db8::1", "fe80::1%eth0", "h", "echo-0.svc.local",
			"255.255.255.255" };

	private static final String[] TOKENS = { "null", "true", "-0", "1e1", "10.0", "9223372036854775807",
			"9223372036854775808", "-", "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\ude00",
			"\\u0041", "\"tags\":", "\"TAGS\":{\"a\":null}", "\"tag\u017f\":{}", "\"we\u0131ght\":1",
			"\"wei\\u0067ht\":3,", "\"weight\":null,", "\"address\":null,", "\"address\":\"b:2\",", "\"tags\":null,",
			"\"network\":\"udp\",", "\"x\":[[[[[[[[]]]]]]]],", "\"x\":{\"tags\":{\"y\":1}},", "\ufeff", "/*c*/", " ",
			"\n", "0", "1" };

	private final long seed;

	private final SplittableRandom random;

	Generator() {
		this(Long.getLong("test.seed", System.nanoTime()));
	}

	Generator(long seed) {
		this.seed = seed;
		this.random = new SplittableRandom(seed);
	}

	String seed() {
		return "-Dtest.seed=" + this.seed;
	}

	int below(int bound) {
		return this.random.nextInt(bound);
	}

	String service() {
		return SERVICES[below(SERVICES.length)];
	}

	Instance instance() {
		return new Instance(service(), HOSTS[below(HOSTS.length)], 1 + below(65535), this.random.nextInt(), tags());
	}

	private Map<String, String> tags() {
		Map<String, String> tags = new LinkedHashMap<>();
		for (int i = below(5); i > 0; i--) {
			tags.put(text(), text());
		}
		return tags;
	}

	/** Without halves of surrogate pairs: they come back as U+FFFD. */
	String text() {
		StringBuilder text = new StringBuilder();
		for (int i = below(8); i > 0; i--) {
			text.appendCodePoint(CODE_POINTS[below(CODE_POINTS.length)]);
		}
		return text.toString();
	}

	/** A value with up to six things wrong in it, or nothing but noise. */
	Bytes value() {
		if (below(20) == 0) {
			byte[] noise = new byte[below(64)];
			this.random.nextBytes(noise);
			return Bytes.of(noise);
		}
		byte[] value = InstanceCodec.kitex().value(instance()).toByteArray();
		for (int i = below(7); i > 0; i--) {
			value = mutate(value);
		}
		return Bytes.of(value);
	}

	Bytes key() {
		String[] shapes = { "p/%s/%s", "p/%s/", "p/%s", "p//%s/%s", "q/%s/%s", "p/%s/x/%s", "p/%s//%s" };
		String shape = shapes[(below(3) == 0) ? below(shapes.length) : 0];
		byte[] key = shape.formatted((below(3) == 0) ? text() : service(), "10.0.0.5:80")
			.getBytes(StandardCharsets.UTF_8);
		return Bytes.of((below(4) == 0) ? mutate(key) : key);
	}

	private byte[] mutate(byte[] bytes) {
		int at = below(bytes.length + 1);
		return switch (below(6)) {
			case 0 -> Arrays.copyOf(bytes, at);
			case 1 -> splice(bytes, at, at, new byte[] { (byte) this.random.nextInt() });
			case 2 -> splice(bytes, at, Math.min(at + 1 + below(3), bytes.length), new byte[0]);
			case 3 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, below(at + 1), at));
			case 4 -> splice(bytes, at, Math.min(at + 1, bytes.length), new byte[] { (byte) this.random.nextInt() });
			default -> token(bytes);
		};
	}

	/** Mostly where a member can stand, so that what comes of it is often valid JSON. */
	private byte[] token(byte[] bytes) {
		byte[] token = TOKENS[below(TOKENS.length)].getBytes(StandardCharsets.UTF_8);
		int at = below(bytes.length + 1);
		for (int i = below(4); i > 0 && at < bytes.length && bytes[at] != '{' && bytes[at] != ','; at++) {
			i = (at + 1 < bytes.length) ? i : 0;
		}
		at = Math.min(at + below(2), bytes.length);
		return splice(bytes, at, at, token);
	}

	private static byte[] splice(byte[] bytes, int start, int end, byte[] middle) {
		byte[] spliced = Arrays.copyOf(bytes, start + middle.length + bytes.length - end);
		System.arraycopy(middle, 0, spliced, start, middle.length);
		System.arraycopy(bytes, end, spliced, start + middle.length, bytes.length - end);
		return spliced;
	}

}
