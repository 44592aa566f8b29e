package io.github.etcddiscovery.resolver;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.probe.TcpProbe.Answer;
import io.github.etcddiscovery.resolver.FeedEntry.Address;
import io.github.etcddiscovery.resolver.Missing.Farewell;
import io.github.etcddiscovery.resolver.Missing.Place;
import org.jspecify.annotations.Nullable;

/**
 * What has vanished of one service within one TTL, and what of that is still shown.
 *
 * <pre>
 * place      signal                                            next
 * UNDECIDED  the service is shown, too few are missing         GONE
 * UNDECIDED  the same, enough without a goodbye                HELD, probed at once
 * UNDECIDED  the same, enough unless some have said goodbye    UNDECIDED, their leases are asked for
 * UNDECIDED  it has said goodbye                               LET_GO
 * GONE       others are held that vanished within one TTL      WAITING, probed (without a probe: HELD)
 * WAITING    it accepts a connection                           HELD
 * HELD       it accepts a connection, or could not be asked    HELD, probed again
 * HELD, WAITING  it refuses a connection, or accepts none      LET_GO
 * HELD, UNDECIDED  hold is over                                LET_GO
 * any        there is an instance at its address again         forgotten
 * not shown  one TTL is over                                   forgotten
 * </pre>
 *
 * Nothing is brought back on account of what has gone before alone: of those a rolling
 * restart has many whose leases are over by now. Confined to the loop's thread.
 */
final class Loss {

	/** More are not remembered, unless the service has had half as many. */
	private static final int LIMIT = 1_000;

	private final Service service;

	private final MassLossGuard guard;

	/** By address; what vanished first comes first. */
	private final Map<Address, Missing> missing = new LinkedHashMap<>();

	/** How many instances the service has had in etcd at most. */
	private int largest;

	/** How many instances the service had before those vanished that are held. */
	private int of;

	private boolean unsettled;

	private int held;

	/** How many are undecided. */
	private int undecided;

	Loss(Service service, MassLossGuard guard) {
		this.service = service;
		this.guard = guard;
	}

	Service service() {
		return this.service;
	}

	/** Returns how many are remembered. */
	int size() {
		return this.missing.size();
	}

	/** An instance has vanished. */
	void add(FeedEntry entry, Farewell farewell) {
		int shown = this.service.snapshot().instances().size() - this.held - this.undecided;
		this.largest = Math.max(this.largest, Math.max(shown, this.service.entries().size() + 1));
		if (this.missing.size() < Math.max(LIMIT, 2 * this.largest) || forgetEldest()) {
			Missing next = new Missing(entry, this.guard.now(), farewell);
			Missing before = this.missing.put(entry.address(), next);
			if (before != null) {
				place(before, Place.LET_GO);
			}
			this.undecided += (next.place() == Place.UNDECIDED) ? 1 : 0;
			this.unsettled = true;
		}
	}

	private boolean forgetEldest() {
		for (Missing eldest : this.missing.values()) {
			if (!eldest.isShown()) {
				place(eldest, Place.LET_GO);
				return this.missing.remove(eldest.entry().address(), eldest);
			}
		}
		return false;
	}

	/** There is an instance at an address again. */
	void cameBack(Address address) {
		Missing back = this.missing.remove(address);
		if (back != null && back.place() == Place.HELD) {
			this.guard.log().cameBack();
		}
		if (back != null) {
			place(back, Place.LET_GO);
		}
	}

	/** Returns what is missing at an address, or null. */
	@Nullable Missing at(Address address) {
		Missing found = this.missing.get(address);
		return (found != null && (found.isShown() || this.guard.isRecent(found.since()))) ? found : null;
	}

	/** Returns what readers are to see: what stands in etcd, and what is kept. */
	List<Instance> list(List<Instance> before) {
		if (this.unsettled) {
			settle();
		}
		ServiceEntries entries = this.service.entries();
		if (this.held + this.undecided == 0) {
			return entries.list(before);
		}
		List<FeedEntry> kept = new ArrayList<>();
		for (Missing next : this.missing.values()) {
			if (next.isShown()) {
				kept.add(next.entry());
			}
		}
		return entries.listWith(kept, before);
	}

	private void settle() {
		int sure = 0;
		int possible = 0;
		boolean fresh = false;
		for (Missing next : this.missing.values()) {
			if (next.farewell() != Farewell.SAID && this.guard.isRecent(next.since())) {
				boolean notSaid = next.farewell() == Farewell.NOT_SAID;
				sure += notSaid ? 1 : 0;
				possible++;
				fresh |= notSaid && next.isShown();
			}
		}
		boolean mayBeEnough = this.guard.isEnough(possible, this.service.entries());
		boolean enough = mayBeEnough && this.guard.isEnough(sure, this.service.entries());
		int before = this.held;
		for (Missing next : this.missing.values()) {
			settle(next, mayBeEnough, enough, fresh);
		}
		this.unsettled = false;
		if (this.held > before) {
			this.of = this.service.entries().size() + sure;
			this.guard.log().held(this.service.name(), this.held - before, this.of);
		}
	}

	private void settle(Missing next, boolean mayBeEnough, boolean enough, boolean fresh) {
		boolean notSaid = next.farewell() == Farewell.NOT_SAID;
		if (next.farewell() == Farewell.PERHAPS && mayBeEnough) {
			askForGoodbye(next);
		}
		if (next.place() == Place.UNDECIDED) {
			if (enough && notSaid) {
				hold(next);
			}
			else if (next.farewell() == Farewell.SAID) {
				place(next, Place.LET_GO);
			}
			else if (!mayBeEnough) {
				place(next, Place.GONE);
			}
		}
		else if (next.place() == Place.GONE && notSaid && enough && fresh && this.guard.isRecent(next.since())) {
			waitFor(next);
		}
	}

	private void askForGoodbye(Missing next) {
		if (!next.isGoodbyeAsked()) {
			this.guard.goodbyes().ask(next.entry().lease(), (said) -> {
				next.farewell(said ? Farewell.SAID : Farewell.NOT_SAID);
				this.unsettled = true;
				this.guard.changed(this.service);
			});
			next.goodbyeIsAsked();
		}
	}

	private void hold(Missing next) {
		place(next, Place.HELD);
		probeWhereDue(next);
	}

	private void waitFor(Missing next) {
		if (this.guard.options().probe()) {
			place(next, Place.WAITING);
			probeWhereDue(next);
		}
		else {
			place(next, Place.HELD);
		}
	}

	private void probeWhereDue(Missing next) {
		if (this.guard.options().probe() && next.isProbeDue(this.guard.now())) {
			Instance instance = next.entry().discovered().instance();
			this.guard.probe(instance.host(), instance.port(), (answer) -> probed(next, answer));
			next.probeBegins();
		}
	}

	private void probed(Missing next, Answer answer) {
		next.probeEnds(this.guard.now() + this.guard.pauseBetweenProbes().toNanos());
		if (next.place() != Place.HELD && next.place() != Place.WAITING) {
			return;
		}
		switch (answer) {
			case ACCEPTED -> {
				if (next.place() == Place.WAITING) {
					place(next, Place.HELD);
					this.guard.log().held(this.service.name(), 1, this.of);
					this.guard.changed(this.service);
				}
			}
			case REFUSED, NO_ANSWER -> {
				if (next.place() == Place.HELD) {
					this.guard.log().refused();
				}
				letGo(next);
			}
			case FAILED_HERE -> {
			}
		}
	}

	private void letGo(Missing next) {
		boolean shown = next.isShown();
		place(next, Place.LET_GO);
		if (shown) {
			this.guard.changed(this.service);
		}
	}

	/** Lets go, forgets, and asks again what it is time for. */
	void tick() {
		for (Iterator<Missing> all = this.missing.values().iterator(); all.hasNext();) {
			Missing next = all.next();
			if (next.isShown() && this.guard.isHoldOver(next.since())) {
				if (next.place() == Place.HELD) {
					this.guard.log().over();
				}
				letGo(next);
			}
			if (!next.isShown() && !this.guard.isRecent(next.since())) {
				all.remove();
				place(next, Place.LET_GO);
			}
			else {
				probeWhereDue(next);
			}
		}
	}

	/** Tells whether nothing is known any more that could be of use. */
	boolean isOver() {
		return this.missing.isEmpty() || !this.service.isNeeded();
	}

	/** Forgets everything: the service is followed no more. */
	void end() {
		this.missing.values().forEach((next) -> place(next, Place.LET_GO));
		this.missing.clear();
		if (this.service.loss() == this) {
			this.service.lost(null);
		}
	}

	private void place(Missing next, Place place) {
		int before = this.held;
		this.held -= (next.place() == Place.HELD) ? 1 : 0;
		this.undecided -= (next.place() == Place.UNDECIDED) ? 1 : 0;
		next.place(place);
		this.held += (place == Place.HELD) ? 1 : 0;
		this.undecided += (place == Place.UNDECIDED) ? 1 : 0;
		if (this.held != before) {
			this.guard.held(this.service, this.held);
		}
	}

}
