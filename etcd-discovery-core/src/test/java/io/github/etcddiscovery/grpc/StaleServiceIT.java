package io.github.etcddiscovery.grpc;

import java.time.Duration;
import java.util.Set;

import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.retry.RetryOptions;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import io.grpc.ManagedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.etcddiscovery.grpc.GrpcRig.answering;
import static io.github.etcddiscovery.grpc.GrpcRig.within;

/** What is known is not to be used for longer than a time without etcd. */
class StaleServiceIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withProxies());

	private static final Duration SOON = Duration.ofSeconds(15);

	private final GrpcRig rig = new GrpcRig(EtcdClientSettings.of(etcd.endpoint()),
			ResolverOptions.defaults()
				.withLayouts(GrpcRig.LAYOUT)
				.withTiming(new ResolverOptions.Timing(Duration.ofSeconds(3), Duration.ofMinutes(5),
						Duration.ofSeconds(2), Duration.ofSeconds(30), RetryOptions.defaults())));

	@AfterEach
	void close() {
		etcd.cluster().proxy().heal();
		this.rig.close();
	}

	@Test
	void callsThatFailForThatSayForHowLongNotEverythingCouldBeWatched() {
		Set<String> servers = this.rig.register(1);
		ManagedChannel channel = this.rig.channel("etcd:///" + GrpcRig.SERVICE, "pick_first");
		within(SOON, () -> answering(channel).equals(servers));
		etcd.cluster().proxy().cut();
		within(SOON,
				() -> Echo.failure(channel)
					.matches(".*Service 'test/hello' has no instance in etcd that is known: "
							+ "not everything could be watched for \\d+ s.*"));
		etcd.cluster().proxy().heal();
		within(SOON, () -> answering(channel).equals(servers));
	}

}
