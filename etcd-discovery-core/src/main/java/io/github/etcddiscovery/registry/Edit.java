package io.github.etcddiscovery.registry;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.UserCode;
import io.github.etcddiscovery.codec.Decoded;
import io.github.etcddiscovery.codec.Layout;
import org.jspecify.annotations.Nullable;

/**
 * A value that somebody else has written to a key of ours, and what was changed by it.
 * Everything is compared as the layout of the key reads it: what its format cannot carry,
 * or only says in other words, is no change.
 *
 * @param layout the layout
 * @param key the key
 * @param written values of ours that may have stood there when it was written, the last
 * committed one first
 * @param value what stands there now
 */
record Edit(Layout layout, Bytes key, List<Bytes> written, Bytes value) {

	/**
	 * What nobody else can know better: how callers reach this process, and who it is.
	 */
	private static final Set<String> OURS = Set.of(Instance.SECURE, Instance.SCHEME, Instance.ID, Instance.GRPC_PORT,
			Instance.GRPCS_PORT);

	private static final Field WEIGHT = new Field(Edit::weight, (instance, from) -> instance.withWeight(weight(from)));

	/**
	 * Returns an instance with what was changed, but for what an update of ours has
	 * changed too and that is not committed yet.
	 * @param current the instance as it is wanted now
	 * @param fixedTags names of further tags that stay as they are
	 * @return the instance; the same one where there is nothing to accept, because the
	 * value cannot be read, is of another address, or changes nothing
	 */
	Instance appliedTo(Instance current, Set<String> fixedTags) {
		Instance edited = read(current.service(), this::value);
		Instance wanted = view(current);
		List<Instance> before = new ArrayList<>();
		for (Bytes own : this.written) {
			Instance read = read(current.service(), () -> own);
			if (read != null) {
				before.add(read);
			}
		}
		if (edited == null || wanted == null || before.isEmpty() || !edited.address().equals(wanted.address())) {
			return current;
		}
		Instance merged = current;
		for (Field field : fields(before.get(0), edited, fixedTags)) {
			boolean changed = before.stream().noneMatch((own) -> field.isSame(own, edited));
			if (changed && field.isSame(before.get(0), wanted)) {
				Instance next = field.copy.apply(merged, edited);
				Instance carried = view(next);
				merged = (carried != null && field.isSame(carried, edited)) ? next : merged;
			}
		}
		return merged;
	}

	/** Those that go first, because they make room for those that come. */
	private static List<Field> fields(Instance before, Instance edited, Set<String> fixedTags) {
		Set<String> names = new TreeSet<>(before.tags().keySet());
		names.addAll(edited.tags().keySet());
		names.removeAll(OURS);
		names.removeAll(fixedTags);
		Stream<Field> tags = names.stream()
			.sorted(Comparator.comparing((name) -> edited.tags().containsKey(name)))
			.map(Field::tag);
		return Stream.concat(tags, Stream.of(WEIGHT)).toList();
	}

	/** Returns what is another one in one of two instances: the weight, names of tags. */
	static Set<String> differences(Instance one, Instance other) {
		Set<String> names = new TreeSet<>(one.tags().keySet());
		names.addAll(other.tags().keySet());
		names.removeIf((name) -> Field.tag(name).isSame(one, other));
		if (!WEIGHT.isSame(one, other)) {
			names.add("weight");
		}
		return names;
	}

	/** The instance as it is read by others; null where it cannot be written or read. */
	private @Nullable Instance view(Instance instance) {
		return read(instance.service(), () -> this.layout.codec().value(instance));
	}

	private @Nullable Instance read(String service, Supplier<Bytes> bytes) {
		Decoded decoded = UserCode.ask(() -> this.layout.decode(service, this.key, bytes.get()), new Decoded.Foreign());
		return (decoded instanceof Decoded.Found found) ? found.instance() : null;
	}

	/** One that cannot be is the default one to whoever reads it. */
	private static Integer weight(Instance instance) {
		return (instance.weight() > 0) ? instance.weight() : Instance.DEFAULT_WEIGHT;
	}

	/**
	 * A part of an instance that can be changed alone.
	 *
	 * @param value returns its value
	 * @param copy puts the value of another instance into one
	 */
	private record Field(Function<Instance, @Nullable Object> value, BiFunction<Instance, Instance, Instance> copy) {

		static Field tag(String name) {
			return new Field((instance) -> instance.tags().get(name), (instance, from) -> {
				Map<String, String> tags = new HashMap<>(instance.tags());
				tags.remove(name);
				String value = from.tags().get(name);
				if (value != null) {
					tags.put(name, value);
				}
				return instance.withTags(tags);
			});
		}

		boolean isSame(Instance one, Instance other) {
			return Objects.equals(this.value.apply(one), this.value.apply(other));
		}

	}

}
