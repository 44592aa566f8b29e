package io.github.etcddiscovery.registry;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.loop.EventLoop.Timer;
import io.github.etcddiscovery.registry.KeyWork.Signal;
import io.github.etcddiscovery.retry.RetryOptions;
import io.github.etcddiscovery.watch.Change;
import io.github.etcddiscovery.watch.RangeListener;
import io.github.etcddiscovery.watch.RangeWatch;
import io.github.etcddiscovery.watch.WatchOptions;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an eye on the keys of a registry, because a renewal that is acknowledged is no
 * proof that the key stands. The first keys are watched, and listed every observe delay
 * besides; beyond that they are only read back every observe delay, one after the other,
 * so that thousands of them cost etcd no stream each. Confined to the loop's thread.
 */
final class OwnKeys {

	private static final int MAX_WATCHES = 16;

	private final RegistryContext context;

	private final Runnable storeWentBack;

	/** How often the store went back. */
	private int timesBack;

	/** One for all, so that watches that are lost together give one warning. */
	private final WatchOptions watchOptions;

	private final Watches streams;

	private final Map<RegistrationLoop, RangeWatch> watches = new HashMap<>();

	private final Set<RegistrationLoop> unwatched = new LinkedHashSet<>();

	private final Queue<RegistrationLoop> round = new ArrayDeque<>();

	private Timer nextRound = Timer.NONE;

	/** Whether rounds follow each other; one chain of them is enough. */
	private boolean going;

	/**
	 * Begins with none.
	 * @param storeWentBack is told once for each time that the store went back, however
	 * many watches notice
	 */
	OwnKeys(RegistryContext context, Runnable storeWentBack) {
		this.context = context;
		this.storeWentBack = storeWentBack;
		RetryOptions retry = context.options().retry();
		this.watchOptions = new WatchOptions(retry, DiscoveryObserver.NONE, context.random());
		this.streams = context.client().watches(context.loop());
	}

	void follow(RegistrationLoop loop) {
		if (this.watches.size() < MAX_WATCHES) {
			RangeWatch watch = watch(loop);
			this.watches.put(loop, watch);
			watch.start();
		}
		else {
			this.unwatched.add(loop);
		}
		if (!this.going) {
			this.going = true;
			scheduleRound();
		}
	}

	private RangeWatch watch(RegistrationLoop loop) {
		return new RangeWatch(this.context.client(), this.streams, KeyRange.single(loop.key()), this.context.loop(),
				this.watchOptions, new Relay(loop));
	}

	void unfollow(RegistrationLoop loop) {
		this.unwatched.remove(loop);
		RangeWatch watch = this.watches.remove(loop);
		if (watch != null) {
			watch.close();
			this.unwatched.stream().findFirst().ifPresent((next) -> {
				this.unwatched.remove(next);
				follow(next);
			});
		}
	}

	void close() {
		this.watches.values().forEach(RangeWatch::close);
		this.watches.clear();
		this.unwatched.clear();
		this.nextRound.cancel();
	}

	private void scheduleRound() {
		this.nextRound = this.context.loop().schedule(this.context.options().retry().observeDelay(), () -> {
			this.round.addAll(this.unwatched);
			this.round.addAll(this.watches.keySet());
			readNext();
		});
	}

	private void readNext() {
		RegistrationLoop loop = this.round.poll();
		if (loop != null) {
			read(loop);
		}
		else {
			this.going = !this.unwatched.isEmpty() || !this.watches.isEmpty();
			if (this.going) {
				scheduleRound();
			}
		}
	}

	private void read(RegistrationLoop loop) {
		long newest = this.context.newest().get();
		this.context.loop().whenDone(this.context.client().list(KeyRange.single(loop.key())), (listing, failure) -> {
			if (listing != null && (this.unwatched.contains(loop) || this.watches.containsKey(loop))) {
				if (listing.revision() < newest) {
					storeWentBack();
				}
				loop.work().signal(new Signal(listing.revision(), first(listing.entries())));
			}
			readNext();
		});
	}

	private void storeWentBack() {
		this.timesBack++;
		this.context.newest().reset();
		this.storeWentBack.run();
	}

	private static @Nullable Entry first(List<Entry> entries) {
		return entries.isEmpty() ? null : entries.get(0);
	}

	/** Hands what a watch brings over to the loop of its key. */
	private final class Relay implements RangeListener {

		private final RegistrationLoop loop;

		private @Nullable Entry found;

		/** How often the store went back as far as this watch has noticed. */
		private int noticed = OwnKeys.this.timesBack;

		private Relay(RegistrationLoop loop) {
			this.loop = loop;
		}

		@Override
		public long known() {
			return OwnKeys.this.context.newest().get();
		}

		@Override
		public void page(Page page) {
			this.found = (page.first() || this.found == null) ? first(page.entries()) : this.found;
		}

		@Override
		public void listed(long revision, boolean wentBack) {
			if (wentBack) {
				noticeThatTheStoreWentBack();
			}
			this.loop.work().signal(new Signal(revision, this.found));
		}

		private void noticeThatTheStoreWentBack() {
			if (this.noticed == OwnKeys.this.timesBack) {
				storeWentBack();
			}
			else {
				this.loop.work().storeWentBack();
			}
			this.noticed++;
		}

		@Override
		public void changed(Change change) {
			this.loop.work().signal(new Signal(change.revision(), first(change.puts())));
		}

	}

}
