package io.github.etcddiscovery.registry;

import java.util.function.LongConsumer;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.loop.EventLoop.Timer;
import io.github.etcddiscovery.registry.Outcome.Removed;
import org.jspecify.annotations.Nullable;

/**
 * Removes a key and does not let go before it is gone or not ours; where a write without
 * answer may still be applied, before that is over too. Confined to the loop's thread.
 */
final class KeyRemoval {

	private final KeyWriter writer;

	private final RegistryContext context;

	private final Pace pace;

	private final StateReport report;

	private boolean stopped;

	private LongConsumer ended = (revision) -> {
	};

	/** Revision at which the key was last seen not to stand as ours; 0 for never. */
	private long goneAt;

	private @Nullable Timer waiting;

	KeyRemoval(KeyWriter writer, RegistryContext context, Pace pace, StateReport report) {
		this.writer = writer;
		this.context = context;
		this.pace = pace;
		this.report = report;
	}

	/**
	 * Begins.
	 * @param ended is told the revision at which the key was seen to be gone; after
	 * {@link #stop()} 0 where it was not
	 */
	void start(LongConsumer ended) {
		this.ended = ended;
		this.stopped = false;
		this.pace.begin();
		this.goneAt = 0;
		attempt();
	}

	/** Ends it before its time, though not before the attempt that is under way. */
	void stop() {
		this.stopped = true;
		if (this.waiting != null) {
			this.waiting.cancel();
			this.waiting = null;
			this.ended.accept(this.goneAt);
		}
	}

	private void attempt() {
		this.waiting = null;
		this.context.loop().whenDone(this.writer.remove(() -> !this.stopped), (outcome, failure) -> {
			EtcdDiscoveryException cause = (failure != null) ? EtcdDiscoveryException.of("removal of a key", failure)
					: null;
			if (outcome instanceof Removed removed) {
				this.goneAt = removed.revision();
			}
			if (this.stopped || !this.writer.mayStand()) {
				this.ended.accept(this.goneAt);
			}
			else if (cause != null) {
				this.waiting = this.context.loop().schedule(this.pace.failed(cause), this::attempt);
				this.report.removalFailed(this.pace.attempts(), String.valueOf(cause.getMessage()));
			}
			else {
				this.waiting = this.context.loop().schedule(this.writer.unknownFor(), this::attempt);
			}
		});
	}

}
