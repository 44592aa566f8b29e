package io.github.etcddiscovery.client.jetcd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Executor;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Watch;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Watches of a server that says of them what a test wants it to say, in any order, with
 * time driven by hand.
 */
final class StreamRig implements AfterEachCallback {

	static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("a/"));

	final FakeEtcd etcd = fakeEtcd();

	private final WatchesRig rig = watches(EtcdClientSettings.of(this.etcd.endpoint()), Runnable::run);

	private static FakeEtcd fakeEtcd() {
		try {
			return new FakeEtcd();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Further watches of the same server; to be closed by the caller. */
	WatchesRig watches(EtcdClientSettings settings, Executor owner) {
		return new WatchesRig(settings, (builder) -> {
		}, owner);
	}

	Watch watch(Recorder recorder) {
		return this.rig.watches.watch(RANGE, 50, recorder);
	}

	/** A stream on which watches have been asked for, none of them answered yet. */
	FakeEtcd.Stream open(Recorder... recorders) throws InterruptedException {
		for (Recorder recorder : recorders) {
			watch(recorder);
		}
		FakeEtcd.Stream stream = this.etcd.nextStream();
		for (int i = 0; i < recorders.length; i++) {
			assertThat(stream.next().getCreateRequest().getKey().toStringUtf8()).isEqualTo("a/");
		}
		return stream;
	}

	/** A stream on which watches have been confirmed, with ids from 0 on. */
	FakeEtcd.Stream confirmed(Recorder... recorders) throws InterruptedException {
		FakeEtcd.Stream stream = open(recorders);
		for (int i = 0; i < recorders.length; i++) {
			stream.say(FakeEtcd.created(i));
			recorders[i].next(Recorder.Confirmed.class);
		}
		return stream;
	}

	void advance(Duration duration) {
		this.rig.advance(duration);
	}

	/** Waits until the client's threads have done what they have been given. */
	void settle() {
		this.rig.advance(Duration.ZERO);
	}

	@Override
	public void afterEach(ExtensionContext context) {
		this.rig.close();
		this.etcd.close();
	}

}
