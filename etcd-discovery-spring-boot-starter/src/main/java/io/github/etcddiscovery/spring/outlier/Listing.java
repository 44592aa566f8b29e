package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.etcddiscovery.spring.EtcdInstanceList;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;

/**
 * The list of one service as it was handed over last, and what was made of it. Immutable;
 * no two are equal, so that only whoever has seen one can put another in its place.
 */
final class Listing {

	private final Handed handed;

	private final String service;

	private final int version;

	private final boolean mayDiffer;

	private final Selection selection;

	private final List<ServiceInstance> list;

	/** Who may be chosen; null where nobody is left out. */
	private final @Nullable List<ServiceInstance> left;

	private Listing(Handed handed, int version, boolean outOfDate, Selection selection,
			@Nullable List<ServiceInstance> left) {
		this.handed = handed;
		this.service = handed.service();
		this.version = version;
		this.mayDiffer = outOfDate || !selection.ejected().isEmpty();
		this.selection = selection;
		this.list = handed.list();
		this.left = left;
	}

	/**
	 * Leaves the ejected out of a list.
	 * @param version what was known was of this version or a later one
	 * @param round how often all lists were asked for until that version at least
	 * @param maxEjected percentage that may be ejected
	 * @param last what was made last: what has not changed is the same object
	 */
	static Listing of(Handed handed, int version, int round, int maxEjected, @Nullable Listing last) {
		Selection selection = Selection.of(handed.members(), maxEjected);
		boolean same = last != null && last.selection.leftOut().equals(selection.leftOut()) && last.isOf(handed.list());
		return new Listing(handed, version, handed.round() != round, selection,
				(last != null && same) ? last.left : without(selection.leftOut(), handed.list()));
	}

	/** Weights go on to count. Returns null where nobody is left out. */
	private static @Nullable List<ServiceInstance> without(BitSet leftOut, List<ServiceInstance> listed) {
		if (leftOut.isEmpty()) {
			return null;
		}
		if (listed instanceof EtcdInstanceList ours) {
			return ours.without(leftOut);
		}
		List<ServiceInstance> left = new ArrayList<>(listed.size());
		for (int i = leftOut.nextClearBit(0); i < listed.size(); i = leftOut.nextClearBit(i + 1)) {
			left.add(listed.get(i));
		}
		return List.copyOf(left);
	}

	/** What was handed over. */
	Handed handed() {
		return this.handed;
	}

	boolean isOfService(String other) {
		return this.service.equals(other);
	}

	/** Tells whether somebody is ejected, or the list was asked for since. */
	boolean mayDiffer() {
		return this.mayDiffer;
	}

	boolean isOfVersion(int present) {
		return this.version == present;
	}

	/**
	 * Tells whether this was made of a list. Ours never changes; others are compared,
	 * because their owner may change them, and many of them are collected for each call.
	 */
	@SuppressWarnings("ReferenceEquality")
	boolean isOf(List<ServiceInstance> list) {
		return this.list == list || (!(list instanceof EtcdInstanceList) && isOfTheSame(list));
	}

	@SuppressWarnings("ReferenceEquality")
	private boolean isOfTheSame(List<ServiceInstance> list) {
		if (this.list.size() != list.size()) {
			return false;
		}
		Iterator<ServiceInstance> mine = this.list.iterator();
		for (ServiceInstance other : list) {
			if (!mine.hasNext() || mine.next() != other) {
				return false;
			}
		}
		return !mine.hasNext();
	}

	/**
	 * Returns what may be chosen.
	 * @param list the list that this is of, which comes back where nobody is left out
	 */
	List<ServiceInstance> shown(List<ServiceInstance> list) {
		return (this.left != null) ? this.left : list;
	}

	boolean leavesOut() {
		return this.left != null;
	}

	boolean leavesAnother(Callee callee) {
		return IntStream.range(0, this.handed.members().size())
			.anyMatch((i) -> !this.selection.leftOut().get(i) && this.handed.members().get(i) != callee);
	}

	boolean isAnyEjected() {
		return !this.selection.ejected().isEmpty();
	}

	int countEjected() {
		return this.selection.ejected().cardinality();
	}

	/** Returns who is ejected, or on trial, and why. */
	Map<Callee, Cause> ejected() {
		Map<Callee, Cause> ejected = new LinkedHashMap<>();
		this.selection.ejected().stream().forEach((position) -> {
			Callee member = this.handed.members().get(position);
			Cause cause = (member != null) ? member.standing().cause() : null;
			if (member != null && cause != null) {
				ejected.put(member, cause);
			}
		});
		return ejected;
	}

	List<Ejected> describeEjected(long now) {
		return ejected().entrySet()
			.stream()
			.map((entry) -> new Ejected(entry.getKey().address(), entry.getValue().tag(),
					Duration.ofNanos(now - entry.getKey().standing().since())))
			.toList();
	}

	Set<@Nullable Callee> leftOut() {
		return this.selection.leftOut()
			.stream()
			.mapToObj((position) -> this.handed.members().get(position))
			.collect(Collectors.toSet());
	}

	/**
	 * A list as it was handed over. Immutable.
	 *
	 * @param service the service, as it was asked for
	 * @param list the list, a copy where its owner may change it
	 * @param members those in it, null where an instance has no address
	 * @param round counts how often all lists were asked for
	 * @param at when it was handed over
	 */
	record Handed(String service, List<ServiceInstance> list, List<@Nullable Callee> members, int round, long at) {

		boolean holds(Callee callee) {
			return this.members.contains(callee);
		}

		/** Tells whether there is such a member besides this one. */
		boolean hasAnother(Callee callee, Predicate<Callee> such) {
			for (Callee member : this.members) {
				if (member != null && member != callee && such.test(member)) {
					return true;
				}
			}
			return false;
		}

	}

}
