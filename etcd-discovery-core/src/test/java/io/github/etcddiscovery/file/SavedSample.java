package io.github.etcddiscovery.file;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;

/** Contents of files. */
final class SavedSample {

	static final String OF = "endpoints [http://a:2379], layouts [kitex under 'k']";

	static final Map<SavedRange, List<SavedInstance>> RANGES = ranges();

	private SavedSample() {
	}

	/** Of each kind of thing that can be in a file there is one. */
	private static Map<SavedRange, List<SavedInstance>> ranges() {
		Map<String, String> tags = Map.of("zone", "a");
		Map<SavedRange, List<SavedInstance>> ranges = new LinkedHashMap<>();
		ranges.put(new SavedRange(0, null),
				List.of(saved(new Instance("echo", "10.0.0.1", 80, 10, tags), 7, 9),
						saved(new Instance("echo", "2001:db8::1", 65535, 1000, Map.of("gr\u00fc\u00df", "\u4e16")), 0,
								Long.MAX_VALUE),
						saved(new Instance("f\u00fcr", "host.example.org", 1, 1, tags), -1, 1)));
		ranges.put(new SavedRange(1, "nobody"), List.of());
		ranges.put(new SavedRange(1, "echo"), List.of(saved(Instance.of("echo", "10.0.0.3", 81), 7, 9)));
		return ranges;
	}

	private static SavedInstance saved(Instance instance, long lease, long revision) {
		return new SavedInstance(Bytes.utf8(instance.service() + "/" + instance.address()), instance, lease, revision);
	}

	/** Returns as many instances as asked for, of a few services, and a text in each. */
	static Saved of(int instances, String text) {
		List<SavedInstance> all = new ArrayList<>();
		for (int i = 0; i < instances; i++) {
			all.add(saved(new Instance("service" + i / 100, "10.0." + i / 200 + "." + i % 200, 80, 10,
					Map.of("text", text, "number", "" + i)), i, i));
		}
		return new Saved(Duration.ZERO, Map.of(new SavedRange(0, null), all));
	}

}
