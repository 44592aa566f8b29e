package io.github.etcddiscovery.grpc;

import java.time.Duration;
import java.util.Set;

import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ResolverOptions;
import io.github.etcddiscovery.retry.RetryOptions;
import io.github.etcddiscovery.test.EtcdAuth;
import io.github.etcddiscovery.test.EtcdAuth.Access;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.github.etcddiscovery.grpc.GrpcRig.answering;
import static io.github.etcddiscovery.grpc.GrpcRig.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Of two layouts the user may read one only. */
class UnreadLayoutIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withRootPassword("root-s3cret"));

	private static final Duration SOON = Duration.ofSeconds(8);

	private static final ResolverOptions OPTIONS = ResolverOptions.defaults()
		.withLayouts(GrpcRig.LAYOUT, new Layout(InstanceCodec.kitex(), "forbidden/kitex"));

	private final GrpcRig rig = new GrpcRig(
			EtcdClientSettings.of(etcd.endpoint()).withCredentials(() -> new Credentials("app", "app-s3cret")),
			OPTIONS);

	@BeforeAll
	static void createUser() {
		EtcdAuth auth = etcd.cluster().auth();
		auth.addRole("app");
		auth.grantPrefix("app", Access.READWRITE, "test/");
		auth.addUser("app", "app-s3cret", "app");
	}

	@AfterEach
	void close() {
		this.rig.close();
	}

	@Test
	void channelsAreToldTheInstancesOfTheOtherAndEachChange() {
		Set<String> servers = this.rig.register(1);
		ManagedChannel channel = this.rig.channel();
		within(SOON, () -> answering(channel).equals(servers));
		Set<String> more = this.rig.register(1);
		within(SOON, () -> answering(channel).containsAll(more));
	}

	@Test
	void whereTheOtherHasNoneCallsFailAndSayWhatCannotBeRead() {
		ManagedChannel channel = this.rig.channel("etcd:///test/nobody", "round_robin");
		assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> Echo.call(channel))
			.satisfies((ex) -> assertThat(ex.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE))
			.withMessageContaining("Service 'test/nobody' is not known yet")
			.withMessageContaining("forbidden/kitex")
			.withMessageContaining("permission denied")
			.withMessageContaining("Grant");
	}

	@Test
	void theOtherIsNotWaitedForWhereEtcdHasRefusedIt() {
		Set<String> servers = this.rig.register(1);
		within(SOON, () -> !this.rig.resolver.snapshot(GrpcRig.SERVICE).instances().isEmpty());
		try (EtcdResolver patient = patient(); ToldChannel channel = new ToldChannel(patient)) {
			channel.start();
			within(SOON, () -> channel.results().size() == 1);
			assertThat(channel.last()).hasSameSizeAs(servers).containsExactly("127.0.0.1");
		}
	}

	@Test
	void whereTheResolverIsClosedWhileAnAnswerIsWaitedForCallsFailAndSaySo() {
		etcd.cluster().freeze();
		try (EtcdResolver patient = patient(); ToldChannel channel = new ToldChannel(patient)) {
			channel.start();
			assertThat(channel.results()).isEmpty();
			patient.close();
			within(SOON, () -> channel.last().get(0).contains("closed"));
		}
		finally {
			etcd.cluster().unfreeze();
		}
	}

	private EtcdResolver patient() {
		return EtcdResolver.create(this.rig.client, OPTIONS.withTiming(new ResolverOptions.Timing(Duration.ofMinutes(1),
				Duration.ofMinutes(5), Duration.ZERO, Duration.ofSeconds(30), RetryOptions.defaults())));
	}

}
