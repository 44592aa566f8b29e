package io.github.etcddiscovery.registry;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.loop.EventLoop.Timer;
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

	private int attempts;

	private boolean stopped;

	private Runnable ended = () -> {
	};

	private @Nullable Timer waiting;

	KeyRemoval(KeyWriter writer, RegistryContext context, StateReport report) {
		this.writer = writer;
		this.context = context;
		this.pace = new Pace(context);
		this.report = report;
	}

	/**
	 * Begins.
	 * @param ended runs when the key is gone, or after {@link #stop()}
	 */
	void start(Runnable ended) {
		this.ended = ended;
		this.stopped = false;
		this.attempts = 0;
		attempt();
	}

	/** Ends it before its time, though not before the attempt that is under way. */
	void stop() {
		this.stopped = true;
		if (this.waiting != null) {
			this.waiting.cancel();
			this.waiting = null;
			this.ended.run();
		}
	}

	private void attempt() {
		this.waiting = null;
		this.writer.remove().whenCompleteAsync((outcome, failure) -> {
			EtcdDiscoveryException cause = (failure != null) ? EtcdDiscoveryException.of("removal of a key", failure)
					: null;
			if (this.stopped || !this.writer.mayStand()) {
				this.ended.run();
			}
			else if (cause != null) {
				this.attempts++;
				this.report.removalFailed(this.attempts, String.valueOf(cause.getMessage()));
				this.waiting = this.context.loop().schedule(this.pace.after(cause, this.attempts), this::attempt);
			}
			else {
				this.waiting = this.context.loop().schedule(this.writer.unknownFor(), this::attempt);
			}
		}, this.context.loop());
	}

}
