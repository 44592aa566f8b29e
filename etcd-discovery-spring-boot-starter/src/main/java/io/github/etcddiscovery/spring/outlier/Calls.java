package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;

/**
 * Learns from the calls to an address, and from what the probe finds there.
 */
final class Calls {

	/** An address is not asked more often because of calls. */
	private static final Duration SOON = Duration.ofMillis(100);

	private final OutlierOptions options;

	private final Probing probing;

	private final Listings listings;

	private final Runnable changed;

	/**
	 * Prepares.
	 * @param listings say who else is of the same service
	 * @param changed is run when the standing of an address has changed
	 */
	Calls(OutlierOptions options, Probing probing, Listings listings, Runnable changed) {
		this.options = options;
		this.probing = probing;
		this.listings = listings;
		this.changed = changed;
	}

	/** A call begins: the one that decides, perhaps. */
	void began(Callee callee, long startedAt) {
		if (callee.standing().state() == Standing.State.OFFERED) {
			step(callee,
					(standing) -> (standing.state() == Standing.State.OFFERED) ? standing.begin(startedAt) : standing);
		}
	}

	/** A call failed in the caller: another one may decide. */
	private void saidNothing(Callee callee, long startedAt, long now) {
		callee.neverBegan();
		if (callee.standing().isDecidedBy(startedAt)) {
			step(callee, (standing) -> standing.isDecidedBy(startedAt) ? standing.offer(now) : standing);
		}
	}

	void ended(ServiceInstance chosen, Callee callee, long startedAt, Outcome outcome, @Nullable Throwable cause) {
		long now = this.probing.now();
		if (outcome == Outcome.SAYS_NOTHING) {
			saidNothing(callee, startedAt, now);
			return;
		}
		callee.end();
		if (callee.wasRegisteredAfter(startedAt)) {
			return;
		}
		switch (outcome) {
			case ANSWERED -> answeredWell(callee, startedAt, now);
			case ALIVE -> answered(callee, startedAt, now);
			default -> {
				if (!callee.standing().beganBefore(startedAt)) {
					callee.noteThrown(cause);
					failed(chosen, callee, startedAt, outcome, now);
				}
			}
		}
	}

	private void failed(ServiceInstance chosen, Callee callee, long startedAt, Outcome outcome, long now) {
		int enough = this.options.consecutiveFailures();
		switch (outcome) {
			case BAD_STATUS -> answeredBadly(chosen, callee, startedAt, now);
			case BROKEN -> unanswered(callee, startedAt, now, Cause.BROKEN, callee.fail(startedAt) >= enough);
			case READ_TIMED_OUT ->
				unanswered(callee, startedAt, now, Cause.READ_TIMEOUT, callee.timeOut(startedAt, enough));
			default -> unreachable(callee, startedAt, now);
		}
	}

	/** An answer was good: who is ejected is back, unless by hand. */
	private void answeredWell(Callee callee, long startedAt, long now) {
		callee.answer(now);
		callee.noteWell(now);
		if (!callee.standing().isIn()) {
			backIf(callee, now, (standing) -> standing.mayComeBack() && !standing.beganBefore(startedAt));
		}
	}

	/** It lives; for the one call that decides, that is enough. */
	private void answered(Callee callee, long startedAt, long now) {
		callee.answer(now);
		if (!callee.standing().isIn()) {
			backIf(callee, now, (standing) -> standing.isDecidedBy(startedAt));
		}
	}

	private void answeredBadly(ServiceInstance chosen, Callee callee, long startedAt, long now) {
		callee.noteAnswer(now);
		boolean othersAreWell = this.listings.hasAnother(chosen.getServiceId(), callee,
				(other) -> other.wasWellWithin(this.options.duration(), now));
		boolean enough = othersAreWell && callee.fail(startedAt) >= this.options.consecutiveFailures();
		judge(callee, startedAt, now, Cause.STATUS, enough);
	}

	private void unanswered(Callee callee, long startedAt, long now, Cause cause, boolean enough) {
		judge(callee, startedAt, now, cause, enough);
		ask(callee, SOON);
	}

	private void judge(Callee callee, long startedAt, long now, Cause cause, boolean enough) {
		step(callee, (standing) -> {
			if (standing.isDecidedBy(startedAt)) {
				return standing.failAgain(cause, now);
			}
			return (enough && standing.isIn()) ? standing.eject(cause, now, false) : standing;
		});
	}

	private void unreachable(Callee callee, long startedAt, long now) {
		boolean asked = this.probing.canTellOf(callee);
		boolean changed = step(callee, (standing) -> {
			if (standing.isIn()) {
				return standing.eject(Cause.CONNECTION, now, asked);
			}
			boolean decided = standing.isDecidedBy(startedAt);
			if (asked) {
				return (decided || (standing.mayComeBack() && !standing.probed())) ? standing.leaveToTheProbe(now)
						: standing;
			}
			return decided ? standing.failAgain(Cause.CONNECTION, now) : standing;
		});
		ask(callee, changed ? Duration.ZERO : SOON);
	}

	private void ask(Callee callee, Duration pause) {
		this.probing.ask(callee, pause, this::found);
	}

	/** What the probe has found at an address. */
	private void found(Callee callee, long askedAt, Answer answer) {
		long now = this.probing.now();
		if (callee.wasRegisteredAfter(askedAt)) {
			return;
		}
		if (callee.standing().probed() && askedAt - callee.standing().from() < 0) {
			// Asked before the connection failed that has ejected it.
			ask(callee, Duration.ZERO);
			return;
		}
		switch (answer) {
			case ACCEPTED -> {
				step(callee, (standing) -> standing.refused(false));
				backIf(callee, now, (standing) -> standing.isBackWhenAccepted(now, this.options.duration()));
			}
			case REFUSED -> refused(callee, askedAt, now);
			case NO_ANSWER -> step(callee, (standing) -> standing.refused(false));
			case FAILED_HERE -> {
				// Nothing was asked.
			}
		}
	}

	private void refused(Callee callee, long askedAt, long now) {
		step(callee, (standing) -> {
			if (standing.state() == Standing.State.BY_HAND || (standing.isIn() && standing.beganBefore(askedAt))) {
				return standing;
			}
			if (standing.isIn()) {
				return standing.eject(Cause.CONNECTION, now, true).refused(true);
			}
			return (standing.probed() ? standing : standing.leaveToTheProbe(now)).refused(true);
		});
	}

	void eject(Callee callee, long now) {
		step(callee, (standing) -> (standing.state() == Standing.State.BY_HAND) ? standing : standing.ejectByHand(now));
	}

	void giveBack(Callee callee) {
		callee.startCountingAnew();
		step(callee, (standing) -> Standing.UNTRIED);
	}

	/** Time passes for everybody in a list. */
	void pass(Listing.Handed list, long now) {
		for (Callee callee : list.members()) {
			if (callee != null && !this.listings.startAnewIfRegistered(callee)) {
				pass(callee, list, now);
			}
		}
	}

	private void pass(Callee callee, Listing.Handed list, long now) {
		Standing before = callee.standing();
		if (before.isIn()) {
			boolean stuck = callee.isStuck(now)
					&& list.hasAnother(callee, (other) -> other.hasAnsweredSince(callee.manySince()));
			if (stuck) {
				step(callee, (standing) -> standing.isIn() ? standing.eject(Cause.STUCK, now, false) : standing);
			}
			return;
		}
		step(callee, (standing) -> standing.at(now, this.options.duration()));
		if (before.probed()) {
			ask(callee, Duration.ZERO);
		}
	}

	private void backIf(Callee callee, long now, Predicate<Standing> such) {
		boolean back = step(callee, (standing) -> such.test(standing) ? standing.comeBack(now) : standing);
		if (back) {
			callee.startCountingAnew();
		}
	}

	private boolean step(Callee callee, UnaryOperator<Standing> next) {
		boolean stepped = callee.step(next);
		if (stepped) {
			this.changed.run();
		}
		return stepped;
	}

}
