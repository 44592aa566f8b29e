package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of what others write to one key under our lease. Confined to the loop's
 * thread.
 */
final class Edits {

	private final EventLoop loop;

	private final StateReport report;

	/**
	 * Is given values of ours that an edit may have been made of, the last one first, and
	 * the edit; returns names of what of it was taken over.
	 */
	private final BiFunction<List<Bytes>, Bytes, Set<String>> takeOver;

	/** Edits of which nothing was taken over. */
	private final Deletions refused = new Deletions();

	Edits(EventLoop loop, StateReport report, BiFunction<List<Bytes>, Bytes, Set<String>> takeOver) {
		this.loop = loop;
		this.report = report;
		this.takeOver = takeOver;
	}

	/**
	 * Takes over what can be, where somebody else has edited a key. Each edit is judged
	 * once.
	 * @param entry what stands there
	 * @param wanted the value that is wanted
	 * @param own what we have written
	 * @param present the present lease, or null
	 * @return how long to wait before the entry is written over, mostly not at all
	 */
	Duration judge(Entry entry, Bytes wanted, OwnWrites own, @Nullable RegistryLease present) {
		if (present == null || entry.value().equals(wanted) || !own.isEditOfAnother(entry, present.id())) {
			return Duration.ZERO;
		}
		Set<String> taken = this.takeOver.apply(own.values(), entry.value());
		if (!taken.isEmpty()) {
			own.foundAsOurs(entry);
			this.report.editTakenOver(taken);
			return Duration.ZERO;
		}
		own.refused(entry);
		Duration pause = this.refused.lost(this.loop.now(), present.ttl());
		this.report.editRefused(pause.isZero(), this.refused.fightBegins());
		return pause;
	}

}
