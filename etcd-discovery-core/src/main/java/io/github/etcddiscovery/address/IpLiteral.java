package io.github.etcddiscovery.address;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * IP addresses as text. The JDK's own reading is not used: it looks names up, and it
 * takes {@code 127.1} and {@code 0x7f000001} for addresses.
 */
final class IpLiteral {

	private static final int GROUPS = 8;

	/** Two or more groups that are zero. */
	private static final Pattern ZEROS = Pattern.compile("(?<![0-9a-f])0(?::0)+(?![0-9a-f])");

	private IpLiteral() {
	}

	/**
	 * Reads either family. An IPv4-mapped IPv6 address is the IPv4 address, because that
	 * is where a connection to it goes.
	 * @param text an address without brackets, an IPv6 address with or without zone
	 * @return its 4 or 16 bytes, or null where the text is no address
	 */
	static byte @Nullable [] parse(String text) {
		if (text.indexOf(':') < 0) {
			return v4(text);
		}
		int zone = text.indexOf('%');
		if (zone >= 0 && !isZone(text.substring(zone + 1))) {
			return null;
		}
		byte[] address = v6((zone >= 0) ? text.substring(0, zone) : text);
		return (address != null) ? unmapped(address) : null;
	}

	/** Returns the IPv4 address where it is one that is mapped to IPv6. */
	static byte[] unmapped(byte[] address) {
		return isMapped(address) ? Arrays.copyOfRange(address, 12, 16) : address;
	}

	/**
	 * Writes an address as RFC 5952 has it and Go prints it: in lower case, the longest
	 * run of groups that are zero left out, the first of equals, a single group never.
	 */
	static String text(byte[] address) {
		if (address.length == 4) {
			return IntStream.range(0, 4)
				.mapToObj((octet) -> String.valueOf(address[octet] & 0xff))
				.collect(Collectors.joining("."));
		}
		String all = IntStream.range(0, GROUPS)
			.mapToObj((group) -> Integer.toHexString(group(address, group)))
			.collect(Collectors.joining(":"));
		return ZEROS.matcher(all)
			.results()
			.max(Comparator.comparingInt((run) -> run.group().length()))
			.map((run) -> (all.substring(0, run.start()) + "::" + all.substring(run.end())).replaceFirst(":{3,}", "::"))
			.orElse(all);
	}

	private static int group(byte[] address, int group) {
		return ((address[2 * group] & 0xff) << 8) | (address[2 * group + 1] & 0xff);
	}

	private static byte @Nullable [] v4(String text) {
		byte[] address = new byte[4];
		int position = 0;
		for (int i = 0; i < 4; i++) {
			int end = (i < 3) ? text.indexOf('.', position) : text.length();
			int octet = (end >= 0) ? octet(text, position, end) : -1;
			if (octet < 0) {
				return null;
			}
			address[i] = (byte) octet;
			position = end + 1;
		}
		return address;
	}

	/** No leading zeros: what they mean (octal or nothing) depends on who reads them. */
	private static int octet(String text, int start, int end) {
		int length = end - start;
		if (length < 1 || length > 3 || (length > 1 && text.charAt(start) == '0')) {
			return -1;
		}
		int value = 0;
		for (int i = start; i < end; i++) {
			char c = text.charAt(i);
			if (c < '0' || c > '9') {
				return -1;
			}
			value = value * 10 + c - '0';
		}
		return (value <= 255) ? value : -1;
	}

	private static byte @Nullable [] v6(String text) {
		int gap = text.indexOf("::");
		List<Integer> head = groups((gap < 0) ? text : text.substring(0, gap), gap < 0);
		List<Integer> tail = (gap < 0) ? List.of() : groups(text.substring(gap + 2), true);
		if (head == null || tail == null) {
			return null;
		}
		int known = head.size() + tail.size();
		if ((gap < 0) ? known != GROUPS : known >= GROUPS) {
			return null;
		}
		byte[] address = new byte[2 * GROUPS];
		put(head, address, 0);
		put(tail, address, GROUPS - tail.size());
		return address;
	}

	private static @Nullable List<Integer> groups(String text, boolean last) {
		List<Integer> groups = new ArrayList<>(GROUPS);
		if (text.isEmpty()) {
			return groups;
		}
		String[] parts = text.split(":", GROUPS + 1);
		for (int i = 0; i < parts.length; i++) {
			byte[] v4 = (last && i == parts.length - 1) ? v4(parts[i]) : null;
			if (v4 != null) {
				groups.add(((v4[0] & 0xff) << 8) | (v4[1] & 0xff));
				groups.add(((v4[2] & 0xff) << 8) | (v4[3] & 0xff));
			}
			else if (isGroup(parts[i])) {
				groups.add(Integer.parseInt(parts[i], 16));
			}
			else {
				return null;
			}
		}
		return groups;
	}

	private static boolean isGroup(String part) {
		return !part.isEmpty() && part.length() <= 4 && part.chars().allMatch(IpLiteral::isHex);
	}

	private static boolean isHex(int c) {
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
	}

	private static void put(List<Integer> groups, byte[] address, int group) {
		for (int i = 0; i < groups.size(); i++) {
			address[2 * (group + i)] = (byte) (groups.get(i) >> 8);
			address[2 * (group + i) + 1] = (byte) (int) groups.get(i);
		}
	}

	/** Names of network interfaces, as far as {@link java.net.URI} carries them. */
	private static boolean isZone(String zone) {
		return !zone.isEmpty() && zone.length() <= 32 && zone.chars()
			.allMatch((c) -> isHex(c) || (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z') || c == '.' || c == '_');
	}

	private static boolean isMapped(byte[] address) {
		if (address.length != 2 * GROUPS) {
			return false;
		}
		for (int i = 0; i < 10; i++) {
			if (address[i] != 0) {
				return false;
			}
		}
		return address[10] == -1 && address[11] == -1;
	}

}
