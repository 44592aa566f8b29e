package io.github.etcddiscovery.spring.outlier;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Who of a list is ejected, as far as the list can do without. Immutable.
 *
 * @param ejected positions of those that are ejected, or on trial
 * @param leftOut positions of those that are not to be chosen: of the ejected all but
 * those that are offered for one call
 */
record Selection(BitSet ejected, BitSet leftOut) {

	static final Selection NOBODY = new Selection(new BitSet(0), new BitSet(0));

	/**
	 * Selects. Those that were ejected first stay so: who is beyond the percentage takes
	 * the place of the first that comes back.
	 * @param members the list, null where an instance has no address
	 * @param maxEjected percentage that may be ejected, those not counted whose refusal
	 * the probe has confirmed
	 */
	static Selection of(List<@Nullable Callee> members, int maxEjected) {
		List<Candidate> candidates = candidates(members);
		if (candidates.isEmpty()) {
			return NOBODY;
		}
		BitSet ejected = new BitSet(members.size());
		BitSet leftOut = new BitSet(members.size());
		int places = places(members.size(), maxEjected);
		for (Candidate candidate : candidates) {
			if (candidate.takesNoPlace() || places-- > 0 || candidate.standing().state() == Standing.State.BY_HAND) {
				ejected.set(candidate.position());
				leftOut.set(candidate.position(), candidate.standing().state() != Standing.State.OFFERED);
			}
		}
		return (leftOut.cardinality() < members.size()) ? new Selection(ejected, leftOut) : NOBODY;
	}

	private static List<Candidate> candidates(List<@Nullable Callee> members) {
		List<Candidate> candidates = new ArrayList<>();
		for (int i = 0; i < members.size(); i++) {
			Callee member = members.get(i);
			Standing standing = (member != null) ? member.standing() : Standing.UNTRIED;
			if (!standing.isIn()) {
				candidates.add(new Candidate(i, standing));
			}
		}
		candidates.sort(Candidate.FIRST_BY_HAND_THEN_OLDEST);
		return candidates;
	}

	/** Rounded down, but one of two may be. */
	private static int places(int size, int maxEjected) {
		int places = (int) ((long) size * maxEjected / 100);
		return (size == 2 && maxEjected > 0) ? Math.max(1, places) : places;
	}

	/** Somebody who is ejected if there is a place. */
	private record Candidate(int position, Standing standing) {

		static final Comparator<Candidate> FIRST_BY_HAND_THEN_OLDEST = Comparator
			.comparing((Candidate candidate) -> candidate.standing().state() != Standing.State.BY_HAND)
			.thenComparing((one, other) -> Long.signum(one.standing().since() - other.standing().since()))
			.thenComparing(Candidate::position);

		boolean takesNoPlace() {
			return this.standing.refused();
		}

	}

}
