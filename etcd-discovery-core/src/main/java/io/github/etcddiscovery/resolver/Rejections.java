package io.github.etcddiscovery.resolver;

import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.address.AddressFilter;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.codec.Decoded.Reason;
import io.github.etcddiscovery.codec.Decoded.Rejected;
import io.github.etcddiscovery.loop.EventLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which addresses must not be used, counts what was left out, and says so in the
 * log now and then: somebody may write a million such entries. Never shows a value, which
 * may hold a secret.
 */
final class Rejections {

	private static final Logger logger = LoggerFactory.getLogger(EtcdResolver.class);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	/** So many are named in a line, at most. */
	private static final int NAMED = 10;

	private final EventLoop loop;

	private final DiscoveryObserver observer;

	private final AddressFilter denied;

	/** What came within a minute of the last line for the same reason. */
	private final Map<Reason, Rest> unsaid = new EnumMap<>(Reason.class);

	Rejections(EventLoop loop, DiscoveryObserver observer, List<String> deniedAddresses) {
		this.loop = loop;
		this.observer = observer;
		this.denied = AddressFilter.denying(deniedAddresses);
	}

	/**
	 * Tells whether no instance may have this host. Our own codecs let none through that
	 * is no host at all; one of a user may.
	 */
	boolean denies(String host) {
		return !HostPort.isHost(host) || this.denied.denies(host);
	}

	/**
	 * Leaves out addresses that must not be used. Can be called on any thread.
	 * @param host the name that leads there
	 */
	List<InetAddress> usable(String host, List<InetAddress> addresses) {
		List<InetAddress> usable = addresses.stream().filter((address) -> !this.denied.denies(address)).toList();
		if (usable.size() < addresses.size()) {
			this.loop.execute(() -> add(Reason.ADDRESS, () -> "an address of the host " + host));
		}
		return usable;
	}

	void add(Rejected rejected, Bytes key) {
		String member = rejected.member();
		add(rejected.reason(),
				() -> "the entry under " + key + (member.isEmpty() ? "" : " (its " + Bytes.utf8(member) + ")"));
	}

	void addLongKey(KeyRange range) {
		add(Reason.TOO_LARGE, () -> "an entry with a key that is too long in " + range);
	}

	private void add(Reason reason, Supplier<String> name) {
		this.observer.rejected(reason.tag());
		Rest rest = this.unsaid.get(reason);
		if (rest != null) {
			rest.add(name);
		}
		else {
			say(reason, name.get());
		}
	}

	/** Says what was left out; of what comes within a minute it says at the end of it. */
	private void say(Reason reason, String names) {
		this.loop.schedule(PAUSE, () -> sayRest(reason));
		this.unsaid.put(reason, new Rest());
		logger.warn("Left out {}: {}, {}", names, reason.tag(), why(reason));
	}

	private void sayRest(Reason reason) {
		Rest rest = this.unsaid.remove(reason);
		if (rest != null && !rest.names.isEmpty()) {
			say(reason, rest.toString());
		}
	}

	private static String why(Reason reason) {
		return switch (reason) {
			case MALFORMED -> "key or value is not what its format writes";
			case TOO_LARGE -> "the value, or a part of it, is larger than any instance needs";
			case ENCODING -> "key or value is not valid UTF-8";
			case ADDRESS -> "it has no address, or one that may not be used";
		};
	}

	/** A few of many, and whether there are others: those are not kept. */
	private static final class Rest {

		private final Set<String> names = new LinkedHashSet<>();

		private boolean more;

		private void add(Supplier<String> name) {
			if (this.names.size() < NAMED) {
				this.names.add(name.get());
			}
			else {
				this.more = this.more || !this.names.contains(name.get());
			}
		}

		@Override
		public String toString() {
			return String.join(", ", this.names) + (this.more ? " and more" : "");
		}

	}

}
