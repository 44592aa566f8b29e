package io.github.etcddiscovery.client.jetcd;

import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.WatchListener;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/** One watch of a schedule: what has arrived for it, and what it was told. */
final class ScheduledWatch implements WatchListener {

	/** The header of what confirms watch n names this revision and n more. */
	static final long CONFIRMED = 10_000;

	final int number;

	final long openedAt;

	/** Whether it is to watch from a revision on that etcd does not reach. */
	final boolean beginsAbove;

	/** Revisions that have arrived whole. */
	final List<Long> arrived = new ArrayList<>();

	private final List<Long> told = new ArrayList<>();

	/** Null until it is opened, which may tell its end already. */
	@Nullable Watch watch;

	boolean closed;

	boolean confirmed;

	@Nullable EtcdDiscoveryException end;

	/** Whether etcd has said or done what ends this watch. */
	boolean endedByEtcd;

	ScheduledWatch(int number, long openedAt, boolean beginsAbove) {
		this.beginsAbove = beginsAbove;
		this.number = number;
		this.openedAt = openedAt;
	}

	boolean isWanted() {
		return !this.closed && this.end == null;
	}

	private void expectToBeTold() {
		assertThat(this.closed).as("told after its close: %s", this.number).isFalse();
		assertThat(this.end).as("told after its end: %s", this.number).isNull();
	}

	@Override
	public void confirmed(long revision) {
		expectToBeTold();
		assertThat(this.confirmed).as("confirmed twice: %s", this.number).isFalse();
		assertThat(revision).as("the answer to another create").isEqualTo(CONFIRMED + this.number);
		this.confirmed = true;
	}

	@Override
	public void changed(List<WatchEvent> events) {
		expectToBeTold();
		assertThat(this.confirmed).as("changed before it was confirmed: %s", this.number).isTrue();
		for (WatchEvent event : events) {
			assertThat(event.entry().key().toString()).as("an event of another watch")
				.startsWith("w" + this.number + "/");
			this.told.add(event.entry().modRevision());
		}
		assertThat(this.arrived.subList(0, this.told.size())).as("each once and in order").isEqualTo(this.told);
	}

	@Override
	public void ended(EtcdDiscoveryException cause) {
		expectToBeTold();
		this.end = cause;
	}

	/** Everything that has arrived was told, unless nobody wanted it any more. */
	void expectEverythingTold() {
		if (!this.closed) {
			assertThat(this.told).as("told to watch %s", this.number).isEqualTo(this.arrived);
		}
	}

}
