package io.github.etcddiscovery.grpc;

import io.github.etcddiscovery.Instance;
import io.grpc.Attributes;

/**
 * What stands at the addresses that a load balancing policy is given: each
 * {@link io.grpc.EquivalentAddressGroup} is one instance and carries these attributes.
 * <p>
 * Not needed for plain registering and resolving; may change.
 */
public final class InstanceAttributes {

	/**
	 * The instance; its tags are the metadata of the registry. Its {@code toString} shows
	 * no values, so that grpc-java's own logs do not.
	 */
	public static final Attributes.Key<Instance> INSTANCE = Attributes.Key
		.create("io.github.etcddiscovery.grpc.instance");

	/** Its weight, 1 or more. */
	public static final Attributes.Key<Integer> WEIGHT = Attributes.Key.create("io.github.etcddiscovery.grpc.weight");

	/**
	 * Its zone; absent where it says none, or one with control characters: grpc-java logs
	 * it as it stands.
	 */
	public static final Attributes.Key<String> ZONE = Attributes.Key.create("io.github.etcddiscovery.grpc.zone");

	private InstanceAttributes() {
	}

	/** Nothing that ends a line, moves the cursor or turns the direction of writing. */
	private static boolean isPlain(int c) {
		return switch (Character.getType(c)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
					Character.PARAGRAPH_SEPARATOR ->
				false;
			default -> true;
		};
	}

	static Attributes of(Instance instance) {
		Attributes.Builder attributes = Attributes.newBuilder().set(INSTANCE, instance).set(WEIGHT, instance.weight());
		String zone = instance.zone();
		return ((zone != null && zone.codePoints().allMatch(InstanceAttributes::isPlain)) ? attributes.set(ZONE, zone)
				: attributes)
			.build();
	}

}
