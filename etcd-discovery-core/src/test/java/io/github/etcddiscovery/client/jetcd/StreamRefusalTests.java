package io.github.etcddiscovery.client.jetcd;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Watches that are refused, which can be the fault of the token of their stream. */
class StreamRefusalTests {

	@RegisterExtension
	final StreamRig rig = new StreamRig();

	private final Recorder first = new Recorder();

	private final Recorder second = new Recorder();

	private final Recorder third = new Recorder();

	@Test
	void refusalThatAReadConfirmsEndsTheWatchAndOpensNothing() throws InterruptedException {
		FakeEtcd.Stream stream = this.rig.confirmed(this.first);
		this.rig.etcd.readsRefused = Status.PERMISSION_DENIED.withDescription("etcdserver: permission denied");
		this.rig.watch(this.second);
		stream.next();
		stream.say(FakeEtcd.refused("rpc error: code = PermissionDenied desc = etcdserver: permission denied"));
		assertThat(this.second.next(Recorder.Ended.class).cause().kind()).isEqualTo(Kind.PERMISSION_DENIED);
		assertThat(this.rig.etcd.reads).hasValue(1);
		this.rig.watch(this.third);
		stream.next();
		assertThat(this.rig.etcd.hasNoOtherStream()).isTrue();
	}

	@Test
	void refusalThatAReadDoesNotConfirmOpensAnotherStreamAndLeavesTheOldOneToItsWatches() throws InterruptedException {
		FakeEtcd.Stream old = this.rig.confirmed(this.first);
		this.rig.watch(this.second);
		old.next();
		old.say(FakeEtcd.refused("rpc error: code = PermissionDenied desc = etcdserver: permission denied"));
		FakeEtcd.Stream fresh = this.rig.etcd.nextStream();
		fresh.next();
		fresh.say(FakeEtcd.created(0));
		this.second.next(Recorder.Confirmed.class);
		this.rig.watch(this.third);
		fresh.next();
		old.say(FakeEtcd.events(0, FakeEtcd.put("a/1", 101)));
		this.first.next(Recorder.Changed.class);
		assertThat(old.cancelled).isFalse();
		assertThat(old.saidNothingElse()).isTrue();
	}

	@Test
	void aSecondRefusalEndsTheWatchWithoutAnotherRead() throws InterruptedException {
		this.rig.watch(this.first);
		FakeEtcd.Stream stream = this.rig.etcd.nextStream();
		stream.say(FakeEtcd.refused("etcdserver: invalid auth token"));
		FakeEtcd.Stream fresh = this.rig.etcd.nextStream();
		await().until(() -> stream.cancelled);
		fresh.say(FakeEtcd.refused("etcdserver: invalid auth token"));
		this.first.next(Recorder.Ended.class);
		assertThat(this.rig.etcd.reads).hasValue(1);
	}

}
