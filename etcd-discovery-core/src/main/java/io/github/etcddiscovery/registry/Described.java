package io.github.etcddiscovery.registry;

import java.util.List;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Layout;

/**
 * An instance as every layout writes it.
 *
 * @param instance the instance
 * @param keys its keys, one for each layout
 * @param values its values, one for each layout
 */
record Described(Instance instance, List<Bytes> keys, List<Bytes> values) {

	/**
	 * Checks and encodes.
	 * @throws IllegalArgumentException if a layout cannot carry the instance, or two give
	 * it the same key
	 */
	static Described of(Instance instance, List<Layout> layouts) {
		layouts.forEach((layout) -> layout.codec().checkService(instance.service()));
		List<Bytes> values = layouts.stream().map((layout) -> layout.codec().value(instance)).toList();
		List<Bytes> keys = layouts.stream().map((layout) -> layout.key(instance)).toList();
		if (keys.stream().distinct().count() < keys.size()) {
			throw new IllegalArgumentException("layouts: " + layouts + " give " + instance.service() + " at "
					+ instance.address() + " the same key twice (expected: a key of its own under each layout)");
		}
		return new Described(instance, keys, values);
	}

}
