package io.github.etcddiscovery.registry;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Layout;

/**
 * An instance as every layout writes it.
 *
 * @param instance the instance
 * @param keys its keys, one for each layout
 * @param values its values, one for each layout
 * @param edited names of what was last changed by edits of others
 */
record Described(Instance instance, List<Bytes> keys, List<Bytes> values, Set<String> edited) {

	/**
	 * Checks and encodes.
	 * @throws IllegalArgumentException if a layout cannot carry the instance, or two give
	 * it the same key
	 */
	static Described of(Instance instance, List<Layout> layouts) {
		return of(instance, layouts, Set.of());
	}

	private static Described of(Instance instance, List<Layout> layouts, Set<String> edited) {
		layouts.forEach((layout) -> layout.codec().checkService(instance.service()));
		List<Bytes> values = layouts.stream().map((layout) -> layout.codec().value(instance)).toList();
		List<Bytes> keys = layouts.stream().map((layout) -> layout.key(instance)).toList();
		if (keys.stream().distinct().count() < keys.size()) {
			throw new IllegalArgumentException("layouts: " + layouts + " give " + instance.service() + " at "
					+ instance.address() + " the same key twice (expected: a key of its own under each layout)");
		}
		return new Described(instance, keys, values, edited);
	}

	/** What an update of ours has changed is no edit any more. */
	Described updated(Instance next, List<Layout> layouts) {
		Set<String> names = new TreeSet<>(this.edited);
		names.removeAll(Edit.differences(this.instance, next));
		return of(next, layouts, names);
	}

	/**
	 * What an edit of somebody else has changed is one until it is changed again. One by
	 * which a key would be another one is none.
	 */
	Described edited(Instance next, List<Layout> layouts) {
		Set<String> names = new TreeSet<>(this.edited);
		names.addAll(Edit.differences(this.instance, next));
		Described described = of(next, layouts, names);
		return described.keys.equals(this.keys) ? described : this;
	}

}
