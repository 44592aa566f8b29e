package io.github.etcddiscovery.spring.registration;

import java.util.HashMap;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.spring.EndpointPost;
import org.jspecify.annotations.Nullable;

/**
 * <code>{"metadata":{"zone":"b","version":null}}</code> changes the metadata of this
 * application's registration: what is there stays, but for what is named, and null
 * removes.
 */
public final class MetadataPost implements EndpointPost {

	private final EtcdRegistration registration;

	/**
	 * Creates it.
	 * @param registration what is changed
	 */
	public MetadataPost(EtcdRegistration registration) {
		this.registration = registration;
	}

	@Override
	public String member() {
		return "metadata";
	}

	@Override
	public void accept(@Nullable Object value) {
		if (!(value instanceof Map<?, ?> changes)) {
			throw new IllegalArgumentException("metadata: no object (expected: texts by name, null to remove one)");
		}
		changes.forEach(MetadataPost::check);
		this.registration.update((instance) -> changed(instance, changes));
	}

	/** The message shows no value, which may be a secret. */
	private static void check(Object name, @Nullable Object value) {
		if (OwnInstance.GENERATED_TAGS.contains(name)) {
			throw new IllegalArgumentException("metadata: '" + Bytes.utf8(name.toString())
					+ "' says how this application is reached (expected: another name)");
		}
		if (value instanceof Map || value instanceof Iterable) {
			throw new IllegalArgumentException("metadata: '" + Bytes.utf8(name.toString())
					+ "' is no text (expected: a text, or null to remove it)");
		}
	}

	private static Instance changed(Instance instance, Map<?, ?> changes) {
		Map<String, String> tags = new HashMap<>(instance.tags());
		changes.forEach((name, value) -> {
			if (value == null) {
				tags.remove(name.toString());
			}
			else {
				tags.put(name.toString(), value.toString());
			}
		});
		return instance.withTags(tags);
	}

}
