package io.github.etcddiscovery.model;

import java.time.Duration;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;

/**
 * What goes wrong with single kinds of calls while the process itself is well.
 */
class FaultyCalls extends OtherProcesses {

	private final Faults faults;

	FaultyCalls(Member member, Network network, Faults faults) {
		super(member, network);
		this.faults = faults;
	}

	/** Refuses calls of these kinds, or of all kinds, until {@link #allow}. */
	public void refuse(Kind kind, Call... calls) {
		this.faults.refuse(kind, calls);
	}

	/** Refuses the next calls of a kind. */
	public void refuseNext(Kind kind, Call call, int calls) {
		this.faults.refuseNext(kind, call, calls);
	}

	/**
	 * The next calls of a kind are applied, but something on the way makes an error of
	 * their answers.
	 */
	public void garble(Kind kind, Call call, int answers) {
		this.faults.garble(kind, call, answers);
	}

	/** Ends {@link #refuse}. */
	public void allow(Call... calls) {
		this.faults.allow(calls);
	}

	/** Refuses writes to a range, and the renewal of leases with keys in it. */
	public void forbid(KeyRange range) {
		this.faults.forbid(range);
	}

	/** Refuses lists and watches of ranges that begin in this range. */
	public void forbidReads(KeyRange range) {
		this.faults.forbidReads(range);
	}

	/** Ends {@link #forbid} and {@link #forbidReads}. */
	public void permit(KeyRange range) {
		this.faults.permit(range);
	}

	/** Whether the database is full: grants and puts are refused, all else works. */
	public void full(boolean full) {
		this.faults.full = full;
	}

	/** The next calls of a kind are applied, but their answers are lost. */
	public void withhold(Call call, int answers) {
		this.faults.withhold(call, answers);
	}

	/** Answers to calls of a kind come late; for a watch: everything that it brings. */
	public void delay(Call call, Duration delay) {
		this.faults.delay(call, delay);
	}

	/** Requests of a kind take this long to arrive, and are overtaken by others. */
	public void delayRequests(Call call, Duration delay) {
		this.faults.delayRequests(call, delay);
	}

	/**
	 * Whether the question for the keys of a lease is answered by a leader that has lost
	 * its quorum, and knows nothing of what happens from now on.
	 */
	public void staleLeader(boolean stale) {
		member().staleLeader(stale);
	}

	/** How many entries make a page of a list; 1,000 at first. */
	public void pageSize(int entries) {
		this.faults.pageSize = entries;
	}

	Faults faults() {
		return this.faults;
	}

}
