package io.github.etcddiscovery.model;

import java.time.Duration;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.test.EtcdCluster;

import static org.awaitility.Awaitility.await;

/**
 * A write is on its way while others write the same key, and arrives in the end.
 */
final class LateWriteScript {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final LateRequests late = new LateRequests();

	private final String key;

	private final KeyRange range;

	private final TwoSides sides;

	private LateWriteScript(String name, EtcdCluster etcd) {
		this.key = name + "/key";
		this.range = KeyRange.prefix(Bytes.utf8(name + "/"));
		this.sides = new TwoSides(name, etcd, EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()),
				(builder) -> builder.interceptor(this.late)));
	}

	/** Every write, with everything that may overtake it. */
	static void playAll(EtcdCluster etcd) {
		for (Sent sent : Sent.values()) {
			for (Meanwhile meanwhile : Meanwhile.values()) {
				new LateWriteScript(sent + " and " + meanwhile, etcd).play(sent, meanwhile);
			}
		}
	}

	private void play(Sent sent, Meanwhile meanwhile) {
		try (this.sides) {
			this.sides.both("grant", (side) -> side.grant(Duration.ofHours(1)));
			this.sides.watch((side) -> {
				side.watch(this.range, 0);
				return "watch";
			});
			if (sent != Sent.CREATE) {
				this.sides.both("put", (side) -> side.put(this.key, "first", 0, 0));
			}
			send(sent != Sent.DELETE);
			if (meanwhile == Meanwhile.DELETED || meanwhile == Meanwhile.DELETED_AND_PUT) {
				this.sides.both("delete of another", (side) -> side.deletePrefix(this.key));
			}
			if (meanwhile == Meanwhile.PUT || meanwhile == Meanwhile.DELETED_AND_PUT) {
				this.sides.both("put of another", (side) -> side.attach(this.key, 0));
			}
			arrive();
			this.sides.both("list", (side) -> side.list(this.range, false));
			this.sides.awaitTheSameTold();
		}
	}

	private void send(boolean put) {
		Entry entry = this.sides.model().entry(this.key);
		long expected = (entry != null) ? entry.modRevision() - 1 : 0;
		this.sides.model().lateWrites().hold(Call.COMMIT, 1);
		this.late.holdTheNextWrite();
		this.sides.both("send", (side) -> {
			side.send(this.key, put, 0, expected);
			return "sent";
		});
		await().atMost(PATIENCE).until(this.late::holdsOne);
	}

	private void arrive() {
		this.sides.model().lateWrites().applyAll();
		this.late.release();
		await().atMost(PATIENCE).until(this.late::isAnswered);
	}

	private enum Sent {

		CREATE, PUT, DELETE

	}

	private enum Meanwhile {

		NOTHING, PUT, DELETED, DELETED_AND_PUT

	}

}
