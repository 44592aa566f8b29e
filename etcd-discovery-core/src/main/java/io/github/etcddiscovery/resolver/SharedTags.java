package io.github.etcddiscovery.resolver;

import java.util.Map;

import io.github.etcddiscovery.Instance;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one copy of tags that many instances have. The table is small and forgets, so
 * that no registry can fill it. Confined to the loop's thread.
 */
final class SharedTags {

	private static final int SLOTS = 256;

	@SuppressWarnings({ "unchecked", "rawtypes" })
	private final @Nullable Map<String, String>[] known = new Map[SLOTS];

	/** Returns an equal instance, with the tags that others have too. */
	Instance share(Instance instance) {
		Map<String, String> tags = instance.tags();
		if (tags.isEmpty()) {
			return instance;
		}
		int hash = tags.hashCode();
		int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
		Map<String, String> same = this.known[slot];
		if (same != null && same.equals(tags)) {
			return instance.withTags(same);
		}
		this.known[slot] = tags;
		return instance;
	}

}
