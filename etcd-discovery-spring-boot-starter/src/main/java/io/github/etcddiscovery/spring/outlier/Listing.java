package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.github.etcddiscovery.spring.EtcdInstanceList;
import io.github.etcddiscovery.spring.EtcdServiceInstance;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.ServiceInstance;

/**
 * The list of one service as it was handed over last, and what was made of it.
 */
final class Listing {

	private final String service;

	private final Callees callees;

	private final AtomicReference<@Nullable Made> made = new AtomicReference<>();

	/** Whether its list has to be handed over again, though nobody may be ejected. */
	private volatile boolean outOfDate = true;

	private volatile long handedOverAt;

	Listing(String service, Callees callees) {
		this.service = service;
		this.callees = callees;
	}

	String service() {
		return this.service;
	}

	/** Takes note of nothing that was made before, when the list comes next. */
	void putOutOfDate() {
		this.outOfDate = true;
	}

	/**
	 * Leaves the ejected out of a list that is handed over. What has not changed is the
	 * same object.
	 * @param listed the list
	 * @param version counts what may change the selection
	 * @param maxEjected percentage that may be ejected
	 */
	Made make(List<ServiceInstance> listed, IntSupplier version, int maxEjected, long now) {
		this.handedOverAt = now;
		boolean anew = this.outOfDate;
		this.outOfDate = false;
		Made next = null;
		while (next == null) {
			next = make(this.made.get(), listed, anew, version.getAsInt(), maxEjected, now);
		}
		return next;
	}

	/** Makes the same of the last list again, where something may have changed. */
	void refresh(IntSupplier version, int maxEjected, long now) {
		Made last = this.made.get();
		while (last != null && make(last, last.listed(), false, version.getAsInt(), maxEjected, now) == null) {
			last = this.made.get();
		}
	}

	/**
	 * Makes it, unless somebody else was quicker.
	 * @param last what was made last
	 * @param anew whether it is to be made even where nothing has changed
	 * @param version as it was before the standings are looked at: what changes later
	 * makes this old
	 * @return null where it is to be tried again
	 */
	private @Nullable Made make(@Nullable Made last, List<ServiceInstance> listed, boolean anew, int version,
			int maxEjected, long now) {
		Made same = (last != null && last.isOf(listed)) ? last : null;
		if (same != null && !anew && same.version() == version) {
			return same;
		}
		List<@Nullable Callee> members = (same != null && !anew) ? same.members() : members(listed, now);
		Selection selection = Selection.of(members, maxEjected);
		List<ServiceInstance> shown = (same != null && same.selection().leftOut().equals(selection.leftOut()))
				? same.shown() : without(selection.leftOut(), listed);
		Made next = new Made(listed, members, version, selection, shown);
		if (!this.made.compareAndSet(last, next)) {
			return null;
		}
		if (last != null && same == null) {
			last.list(now);
		}
		return next;
	}

	private List<@Nullable Callee> members(List<ServiceInstance> listed, long now) {
		@Nullable Callee[] members = new Callee[listed.size()];
		for (int i = 0; i < members.length; i++) {
			ServiceInstance instance = listed.get(i);
			Callee member = this.callees.obtain(instance, now);
			if (member != null) {
				member.list(now);
				if (instance instanceof EtcdServiceInstance ours) {
					member.show(ours.discovered());
				}
			}
			members[i] = member;
		}
		return Arrays.asList(members);
	}

	/** Weights go on to count. */
	private static List<ServiceInstance> without(BitSet leftOut, List<ServiceInstance> listed) {
		if (leftOut.isEmpty()) {
			return listed;
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

	@Nullable Made made() {
		return this.made.get();
	}

	/**
	 * Tells whether somebody is ejected, or the list has to be seen for another reason.
	 */
	boolean wantsList(int version) {
		Made last = this.made.get();
		return this.outOfDate || last == null || last.version() != version || !last.selection().ejected().isEmpty();
	}

	List<Ejected> ejected(long now) {
		Made present = this.made.get();
		if (present == null || present.selection().ejected().isEmpty()) {
			return List.of();
		}
		return present.ejected()
			.entrySet()
			.stream()
			.map((entry) -> new Ejected(entry.getKey().address(), entry.getValue().tag(),
					Duration.ofNanos(now - entry.getKey().standing().since())))
			.toList();
	}

	/** Tells whether it was handed over within a time; then all of it is listed. */
	boolean listMembers(Duration within, long now) {
		long last = this.handedOverAt;
		Made present = this.made.get();
		if (present != null && now - last < within.toNanos()) {
			present.list(last);
			return true;
		}
		return false;
	}

	/**
	 * What was made of a list. Immutable.
	 *
	 * @param listed the list
	 * @param members those in it, null where an instance has no address
	 * @param version of what was known
	 * @param selection who is ejected
	 * @param shown the list without those that are left out, the same where nobody is
	 */
	record Made(List<ServiceInstance> listed, List<@Nullable Callee> members, int version, Selection selection,
			List<ServiceInstance> shown) {

		@SuppressWarnings("ReferenceEquality")
		boolean isOf(List<ServiceInstance> list) {
			return this.listed == list;
		}

		void list(long now) {
			for (Callee member : this.members) {
				if (member != null) {
					member.list(now);
				}
			}
		}

		/** Returns who is ejected, or on trial, and why. */
		Map<Callee, Cause> ejected() {
			Map<Callee, Cause> ejected = new LinkedHashMap<>();
			this.selection.ejected().stream().forEach((position) -> {
				Callee member = this.members.get(position);
				Cause cause = (member != null) ? member.standing().cause() : null;
				if (member != null && cause != null) {
					ejected.put(member, cause);
				}
			});
			return ejected;
		}

		Set<@Nullable Callee> leftOut() {
			return this.selection.leftOut()
				.stream()
				.mapToObj((position) -> this.members.get(position))
				.collect(Collectors.toSet());
		}

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
