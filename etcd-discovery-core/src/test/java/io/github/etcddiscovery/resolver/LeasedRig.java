package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.guard.GuardOptions;
import io.github.etcddiscovery.probe.TcpProbe.Answer;

import static java.util.Objects.requireNonNull;

/**
 * A resolver, and a service "a" whose instances have a lease each, as those of other
 * processes do. Every host accepts connections unless a test says otherwise.
 */
final class LeasedRig {

	static final Duration TTL = Duration.ofSeconds(15);

	static final Duration HOLD = Duration.ofSeconds(30);

	final Rig rig = new Rig();

	private final Map<Integer, Long> leases = new LinkedHashMap<>();

	private final Layout layout;

	LeasedRig() {
		this(Rig.KITEX);
	}

	LeasedRig(Layout layout) {
		this.layout = layout;
		this.rig.otherwise = Answer.ACCEPTED;
	}

	/** Starts with so many instances. */
	LeasedRig with(int instances) {
		return with(instances, UnaryOperator.identity());
	}

	LeasedRig with(int instances, UnaryOperator<ResolverOptions> options) {
		register(IntStream.rangeClosed(1, instances).toArray());
		this.rig.start((defaults) -> options.apply(defaults.withLayouts(this.layout)));
		this.rig.resolver.snapshot("a");
		this.rig.run();
		return this;
	}

	static UnaryOperator<ResolverOptions> guard(boolean enabled, boolean probe) {
		return (options) -> options.withGuard(new GuardOptions(enabled, 50, 3, TTL, HOLD, probe));
	}

	/** Registers instances, each under a new lease. */
	void register(int... numbers) {
		for (int number : numbers) {
			long lease = this.rig.etcd.grant(Duration.ofHours(1));
			put(number, lease);
			this.leases.put(number, lease);
		}
	}

	void put(int number, long lease) {
		Instance instance = Rig.instance("a", number);
		this.rig.etcd.put(key(number), requireNonNull(this.layout.codec().value(instance).strictUtf8()), lease);
	}

	String key(int number) {
		return requireNonNull(this.layout.key(Rig.instance("a", number)).strictUtf8());
	}

	/** Their leases end, each at a revision of its own. */
	void lose(int... numbers) {
		for (int number : numbers) {
			this.rig.etcd.revoke(this.leases.get(number));
		}
		this.rig.run();
	}

	/** They delete their keys, and keep their leases for now. */
	void leave(int... numbers) {
		for (int number : numbers) {
			this.rig.etcd.delete(key(number));
		}
		this.rig.run();
	}

	void revoke(int number) {
		this.rig.etcd.revoke(this.leases.get(number));
	}

	/** Returns the numbers of those that are shown. */
	List<Integer> shown() {
		return this.rig.hosts("a").stream().map((host) -> Integer.valueOf(host.substring("10.0.0.".length()))).toList();
	}

	/** Returns how many instances of the service are held. */
	int held() {
		return this.rig.resolver.heldBack().getOrDefault("a", 0);
	}

	void advance(Duration time) {
		this.rig.advance(time);
	}

}
