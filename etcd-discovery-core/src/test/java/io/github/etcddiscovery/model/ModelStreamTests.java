package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.WatchListener;
import io.github.etcddiscovery.client.WatchStream;
import io.github.etcddiscovery.loop.ManualScheduler;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ModelStreamTests {

	private static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("a/"));

	private final ManualScheduler scheduler = new ManualScheduler();

	private final ModelEtcd etcd = new ModelEtcd(this.scheduler);

	private final List<String> told = new ArrayList<>();

	@Test
	void tellsHistoryFromARevisionAndThenWhatComes() {
		this.etcd.put("a/1", "x");
		this.etcd.put("b/1", "x");
		this.etcd.put("a/2", "x");
		watch(3);
		assertThat(told()).containsExactly("confirmed 4", "PUT a/2@4");
		this.etcd.delete("a/1", "b/1");
		assertThat(told()).containsExactly("DELETE a/1@5");
		this.etcd.putAll(Map.of("a/3", "x"));
		assertThat(told()).containsExactly("PUT a/3@6");
	}

	@Test
	void acceptsAFutureRevisionInSilence() {
		watch(4);
		this.etcd.put("a/1", "x");
		this.etcd.put("a/2", "x");
		this.etcd.put("a/3", "x");
		assertThat(told()).containsExactly("confirmed 1", "PUT a/3@4");
	}

	@Test
	void refusesACompactedRevision() {
		this.etcd.put("a/1", "x");
		this.etcd.put("a/1", "y");
		this.etcd.compact();
		watch(2);
		assertThat(told()).containsExactly("confirmed 3", "ended COMPACTED");
		watch(3);
		assertThat(told()).containsExactly("confirmed 3", "PUT a/1@3");
		assertThat(this.etcd.streams()).isEqualTo(1);
	}

	@Test
	void answersARequestForProgressOnceThereIsTheRevisionThatItBeginsWith() {
		WatchStream stream = watch(2);
		stream.requestProgress();
		assertThat(told()).containsExactly("confirmed 1");
		this.etcd.put("b/1", "x");
		stream.requestProgress();
		assertThat(told()).containsExactly("progress 2");
	}

	@Test
	void breaksWhenTheProcessDiesAndIsSilentWhenItIsFrozen() {
		watch(1);
		assertThat(told()).containsExactly("confirmed 1");
		this.etcd.freeze();
		this.etcd.put("a/1", "x");
		this.scheduler.advance(Duration.ofMinutes(1));
		assertThat(this.told).isEmpty();
		this.etcd.thaw();
		assertThat(told()).containsExactly("PUT a/1@2");
		this.etcd.down();
		this.etcd.up();
		assertThat(told()).containsExactly("ended UNAVAILABLE");
		assertThat(this.etcd.streams()).isZero();
	}

	@Test
	void tellsNothingAfterClose() {
		WatchStream stream = watch(1);
		stream.close();
		this.etcd.put("a/1", "x");
		assertThat(told()).isEmpty();
		assertThat(this.etcd.streams()).isZero();
	}

	private WatchStream watch(long from) {
		return this.etcd.connect().watch(RANGE, from, new WatchListener() {
			@Override
			public void confirmed(long revision) {
				ModelStreamTests.this.told.add("confirmed " + revision);
			}

			@Override
			public void changed(List<WatchEvent> events) {
				events.forEach((event) -> ModelStreamTests.this.told
					.add(event.type() + " " + event.entry().key() + "@" + event.entry().modRevision()));
			}

			@Override
			public void progress(long revision) {
				ModelStreamTests.this.told.add("progress " + revision);
			}

			@Override
			public void ended(EtcdDiscoveryException cause) {
				ModelStreamTests.this.told.add("ended " + cause.kind());
			}
		});
	}

	private List<String> told() {
		this.scheduler.runReady();
		List<String> copy = List.copyOf(this.told);
		this.told.clear();
		return copy;
	}

}
