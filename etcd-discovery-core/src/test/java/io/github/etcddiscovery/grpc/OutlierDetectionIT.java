package io.github.etcddiscovery.grpc;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.github.etcddiscovery.test.EtcdExtension;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Server;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.github.etcddiscovery.grpc.GrpcRig.within;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * gRPC's own outlier detection works on what we tell: one of two real servers dies, and
 * its key stays.
 */
class OutlierDetectionIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	private static final Duration SOON = Duration.ofSeconds(15);

	private static final Map<String, ?> ROUND_ROBIN = Map.of("round_robin", Map.of());

	private static final Map<String, ?> OUTLIER_DETECTION = Map.of("outlier_detection_experimental",
			Map.of("interval", "0.2s", "baseEjectionTime", "30s", "maxEjectionPercent", 50.0,
					"failurePercentageEjection", Map.of("threshold", 50.0, "minimumHosts", 2.0, "requestVolume", 3.0),
					"childPolicy", List.of(ROUND_ROBIN)));

	private final GrpcRig rig = new GrpcRig(etcd);

	private final AtomicBoolean broken = new AtomicBoolean();

	@AfterEach
	void close() {
		this.rig.close();
	}

	/**
	 * One that is killed loses its connection, which is enough for {@code round_robin}:
	 * that goes on to be so beneath outlier detection.
	 */
	@ParameterizedTest
	@CsvSource({ "of the provider, breaks", "of the provider, is killed", "of the channel, breaks",
			"of the channel, is killed" })
	void aServerThatDiesIsNotCalledAnyMore(String whose, String what) {
		Server dies = startTwo();
		ManagedChannel channel = channel(OUTLIER_DETECTION, whose.equals("of the provider"));
		within(SOON, () -> GrpcRig.answering(channel).size() == 2);
		if (what.equals("breaks")) {
			this.broken.set(true);
		}
		else {
			dies.shutdownNow();
		}
		within(SOON, () -> failures(channel) == 0);
		assertThat(failures(channel)).isZero();
		assertThat(this.rig.resolver.instances(GrpcRig.SERVICE)).hasSize(2);
	}

	@Test
	void withoutItEverySecondCallGoesToAServerThatIsBroken() {
		startTwo();
		ManagedChannel channel = channel(ROUND_ROBIN, true);
		within(SOON, () -> GrpcRig.answering(channel).size() == 2);
		this.broken.set(true);
		assertThat(IntStream.range(0, 5).map((round) -> failures(channel)).min()).hasValue(10);
	}

	/** Returns the one that dies. */
	private Server startTwo() {
		this.rig.register(1);
		Server dies = this.rig.serve("127.0.0.1", () -> {
			if (this.broken.get()) {
				throw Status.INTERNAL.withDescription("broken").asRuntimeException();
			}
			return "dies";
		});
		RegisteredServer.register(this.rig.registry, dies, GrpcRig::instance);
		return dies;
	}

	private ManagedChannel channel(Map<String, ?> policy, boolean ofTheProvider) {
		Map<String, ?> config = Map.of("loadBalancingConfig", List.of(policy));
		EtcdNameResolverProvider provider = EtcdNameResolverProvider.on(this.rig.resolver);
		ManagedChannelBuilder<?> builder = GrpcRig.builder("etcd:///" + GrpcRig.SERVICE,
				ofTheProvider ? provider.withServiceConfig(config) : provider);
		return this.rig.open(ofTheProvider ? builder : builder.defaultServiceConfig(config));
	}

	/** Of 20 calls. */
	private static int failures(ManagedChannel channel) {
		return (int) IntStream.range(0, 20).filter((call) -> !Echo.failure(channel).isEmpty()).count();
	}

}
