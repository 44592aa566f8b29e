package io.github.etcddiscovery.resolver;

import java.lang.management.ManagementFactory;
import java.util.Map;

import com.sun.management.ThreadMXBean;
import io.github.etcddiscovery.Instance;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A registry of 100,000 instances is read as a whole by every process that starts: what
 * the resolver makes of one entry counts.
 */
class FirstListCostTests {

	private static final int SERVICES = 100;

	private static final int PER_SERVICE = 100;

	/**
	 * What the decoder takes, 740, the entry, its places in tables that grow, and what
	 * the model of etcd takes itself.
	 */
	private static final long ALLOWED = 2_000;

	private final Rig rig = new Rig();

	@Test
	void anInstanceOfAFirstListCostsLittleAndIsShownOnce() {
		for (int service = 0; service < SERVICES; service++) {
			for (int i = 0; i < PER_SERVICE; i++) {
				this.rig.put(new Instance("service.n" + service, "10.0.0." + i, 8888, 10,
						Map.of("region", "cn-north", "version", "v1.4.2", "zone", "z" + i % 3)));
			}
		}
		EtcdResolver resolver = this.rig.start((options) -> options);
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long self = Thread.currentThread().getId();
		long before = threads.getThreadAllocatedBytes(self);
		this.rig.run();
		long allocated = threads.getThreadAllocatedBytes(self) - before;
		assertThat(resolver.services()).hasSize(SERVICES);
		assertThat(this.rig.counts).hasSize(SERVICES).allMatch((count) -> count.endsWith("=" + PER_SERVICE));
		assertThat(allocated / (SERVICES * PER_SERVICE)).isLessThan(ALLOWED);
	}

}
