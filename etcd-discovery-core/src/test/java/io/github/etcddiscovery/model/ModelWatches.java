package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Watch;
import io.github.etcddiscovery.client.WatchListener;
import io.github.etcddiscovery.client.Watches;
import org.jspecify.annotations.Nullable;

/**
 * The watches of one owner. They share one stream of the model, but for those that were
 * there when its token expired.
 */
final class ModelWatches implements Watches {

	private static final Duration LEAST_PATIENCE = Duration.ofSeconds(3);

	private final ModelEtcd etcd;

	private final Handover handover;

	private final Duration patience;

	private final List<ModelWatch> open = new ArrayList<>();

	private @Nullable SharedStream stream;

	ModelWatches(ModelEtcd etcd, Executor owner, Duration requestTimeout) {
		this.etcd = etcd;
		this.handover = new Handover(etcd, owner);
		this.patience = (requestTimeout.compareTo(LEAST_PATIENCE) > 0) ? requestTimeout : LEAST_PATIENCE;
		etcd.streamList().add(this);
	}

	@Override
	public Watch watch(KeyRange range, long fromRevision, WatchListener listener) {
		if (this.stream == null || this.stream.isOver()) {
			if (this.stream == null && !this.open.isEmpty()) {
				happened(Effect.STREAM_REPLACED);
			}
			this.stream = new SharedStream(this.etcd);
			this.etcd.streamList().open(this.stream);
		}
		ModelWatch watch = new ModelWatch(this, this.stream, range, fromRevision, listener);
		this.open.add(watch);
		watch.awaitConfirmation(this.etcd.network().loop(), this.patience);
		this.stream.create(watch);
		return watch;
	}

	@Override
	public Duration behindFor() {
		return this.handover.behindFor();
	}

	@Override
	public void close() {
		List.copyOf(this.open).forEach(ModelWatch::close);
		this.etcd.streamList().remove(this);
	}

	/** The next watch needs another token, and so another stream. */
	void expireToken() {
		this.stream = null;
	}

	void happened(Effect effect) {
		this.etcd.faults().effects.add(effect);
	}

	Handover handover() {
		return this.handover;
	}

	List<ModelWatch> open() {
		return List.copyOf(this.open);
	}

	void remove(ModelWatch watch) {
		this.open.remove(watch);
	}

}
