package io.github.etcddiscovery.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.CodecArbitraries.Mutation;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Rejected;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsCoverage;
import net.jqwik.api.statistics.StatisticsReport;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds for all instances, keys and values: in each property 20,000 cases for each
 * format, and 100,000 with {@code -Plong}. A failure names its seed and the smallest case
 * that fails.
 */
class CodecPropertyTests {

	private static final List<WireFormat> CODECS = InstanceCodec.all().stream().map(WireFormat.class::cast).toList();

	private static final Instance PLAIN = Instance.of("a", "10.0.0.5", 80);

	@Provide
	Arbitrary<Instance> instances() {
		return CodecArbitraries.instances();
	}

	@Provide
	Arbitrary<List<Mutation>> mutations() {
		return CodecArbitraries.mutations();
	}

	@Provide
	Arbitrary<String> paths() {
		return CodecArbitraries.paths();
	}

	@Property
	@StatisticsReport(onFailureOnly = true)
	void noExceptionEscapes(@ForAll("instances") Instance instance, @ForAll("mutations") List<Mutation> ofValue,
			@ForAll("mutations") List<Mutation> ofKey) {
		for (WireFormat codec : CODECS) {
			Written written = Written.by(codec, instance);
			Bytes value = mutated(written.value(), ofValue);
			Decoded decoded = codec.decode("p", written.instance().service(), written.key(), value);
			Statistics.label(codec.format())
				.collect(outcome(decoded))
				.coverage((outcomes) -> enough(outcomes, "Found", "address"));
			Bytes key = mutated(written.key(), ofKey);
			String asked = (ofKey.size() % 2 == 0) ? null : written.instance().service();
			assertThat(codec.decode("p", asked, key, value)).isNotNull();
			String service = codec.serviceOf("p", key);
			assertThat(service == null || codec.keys().problem(service) == null).as(service).isTrue();
		}
	}

	/** Otherwise the generators make nothing worth decoding. */
	private static void enough(StatisticsCoverage coverage, Object... values) {
		for (Object value : values) {
			coverage.check(value).percentage((percentage) -> percentage > 1);
		}
	}

	private static Bytes mutated(Bytes bytes, List<Mutation> mutations) {
		Bytes mutated = bytes;
		for (Mutation mutation : mutations) {
			mutated = mutation.apply(mutated);
		}
		return mutated;
	}

	private static String outcome(Decoded decoded) {
		return (decoded instanceof Rejected rejected) ? rejected.reason().tag() : decoded.getClass().getSimpleName();
	}

	@Property
	void whatIsWrittenIsReadBack(@ForAll("instances") Instance instance) {
		for (WireFormat codec : CODECS) {
			Written written = Written.by(codec, instance);
			String service = written.instance().service();
			Found found = new Found(Carried.by(codec, written.instance()));
			assertThat(codec.decode("p", service, written.key(), written.value())).as(codec.format()).isEqualTo(found);
			if (codec.allServices("p") != null) {
				assertThat(codec.decode("p", null, written.key(), written.value())).isEqualTo(found);
				assertThat(codec.serviceOf("p", written.key())).as(codec.format()).isEqualTo(service);
			}
		}
	}

	/**
	 * An instance, the given one or the next best that a format can write, and its entry.
	 */
	private record Written(Instance instance, Bytes key, Bytes value) {

		static Written by(WireFormat codec, Instance instance) {
			boolean named = codec.keys().problem(instance.service()) == null;
			Instance next = new Instance(named ? instance.service() : "a", instance.host(), instance.port(),
					instance.weight(), instance.tags());
			try {
				return of(codec, next);
			}
			catch (IllegalArgumentException ex) {
				assertThat(ex).hasMessageStartingWith("tag '").hasMessageContaining("expected: ");
				return of(codec, next.withTags(Map.of("zone", "b")));
			}
		}

		private static Written of(WireFormat codec, Instance instance) {
			return new Written(instance, codec.key("p", instance), codec.value(instance));
		}

	}

	@Property
	@StatisticsReport(onFailureOnly = true)
	void noKeyIsAnInstanceOfTwoServices(@ForAll("paths") String path) {
		for (WireFormat codec : CODECS) {
			for (String prefix : List.of("p", "")) {
				Bytes key = Bytes
					.utf8((prefix.isEmpty() && codec.allServices(prefix) == null) ? path : prefix + "/" + path);
				List<String> owners = new ArrayList<>();
				for (String service : candidates(codec, path)) {
					if (found(codec, prefix, service, key, service) != null) {
						owners.add(service);
						assertThat(codec.service(prefix, service).contains(key)).isTrue();
					}
				}
				assertThat(owners).as("%s: owners of %s", codec.format(), key).hasSizeLessThanOrEqualTo(1);
				Statistics.label(codec.format()).collect(owners.size()).coverage((numbers) -> enough(numbers, 0, 1));
				KeyRange all = codec.allServices(prefix);
				if (all != null) {
					String owner = owners.isEmpty() ? codec.serviceOf(prefix, key) : owners.get(0);
					String read = found(codec, prefix, null, key, (owner != null) ? owner : "");
					assertThat(owners).as("%s: %s", codec.format(), key)
						.isEqualTo((read != null) ? List.of(read) : List.of());
					assertThat(read == null || read.equals(codec.serviceOf(prefix, key))).isTrue();
				}
			}
		}
	}

	/** Every service whose range the key lies in. */
	private static List<String> candidates(WireFormat codec, String path) {
		List<String> candidates = new ArrayList<>();
		for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
			if (codec.keys().problem(path.substring(0, slash)) == null) {
				candidates.add(path.substring(0, slash));
			}
		}
		return candidates;
	}

	/** Finds with a value that suits the key. */
	private static @Nullable String found(WireFormat codec, String prefix, @Nullable String asked, Bytes key,
			String owner) {
		Bytes value = switch (codec.format()) {
			case "grpc" -> Bytes.utf8("{\"Addr\":\"http://h:80\"}");
			case "kratos" -> Bytes.utf8("{\"name\":\"" + owner + "\",\"endpoints\":[\"http://h:80\"]}");
			default -> codec.value(PLAIN);
		};
		Decoded decoded = codec.decode(prefix, asked, key, value);
		return (decoded instanceof Found found) ? found.instance().service() : null;
	}

}
