package io.github.etcddiscovery.spring.registration;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.spring.EndpointPost;
import org.jspecify.annotations.Nullable;

/** <code>{"weight":7}</code> changes the weight of this application's registration. */
public final class WeightPost implements EndpointPost {

	private static final int MAX = 1000;

	private final EtcdRegistration registration;

	/**
	 * Creates it.
	 * @param registration what is changed
	 */
	public WeightPost(EtcdRegistration registration) {
		this.registration = registration;
	}

	@Override
	public String member() {
		return "weight";
	}

	@Override
	public void accept(@Nullable Object value) {
		int weight = (value instanceof Number number) ? number.intValue() : 0;
		boolean whole = value instanceof Number number && number.doubleValue() == weight;
		if (!whole || weight < 1 || weight > MAX) {
			throw new IllegalArgumentException(
					"weight: '" + Bytes.utf8(String.valueOf(value)) + "' (expected: 1 to " + MAX + ")");
		}
		this.registration.update((instance) -> instance.withWeight(weight));
	}

}
