package io.github.etcddiscovery.model;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.WatchEvent;
import io.github.etcddiscovery.client.WatchListener;

/**
 * What a watch was told, as lines. How many revisions come together is not compared, but
 * that one never comes in two parts.
 */
final class WatchRecord implements WatchListener {

	private final List<String> lines = new CopyOnWriteArrayList<>();

	private final LongUnaryOperator relative;

	private final Function<Entry, String> show;

	private long last;

	WatchRecord(LongUnaryOperator relative, Function<Entry, String> show) {
		this.relative = relative;
		this.show = show;
	}

	List<String> lines() {
		return List.copyOf(this.lines);
	}

	@Override
	public void confirmed(long revision) {
		this.lines.add("confirmed @" + this.relative.applyAsLong(revision));
	}

	@Override
	public void changed(List<WatchEvent> events) {
		if (events.get(0).entry().modRevision() <= this.last) {
			this.lines.add("revision " + this.relative.applyAsLong(this.last) + " in two parts");
		}
		events.forEach((event) -> this.lines.add(event.type() + " " + this.show.apply(event.entry())));
		this.last = events.get(events.size() - 1).entry().modRevision();
	}

	@Override
	public void ended(EtcdDiscoveryException cause) {
		this.lines.add("ended " + cause.kind());
	}

}
