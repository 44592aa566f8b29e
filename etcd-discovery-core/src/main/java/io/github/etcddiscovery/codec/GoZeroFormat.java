package io.github.etcddiscovery.codec;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.codec.Decoded.Foreign;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Reason;
import io.github.etcddiscovery.codec.Decoded.Rejected;

/**
 * Entries of go-zero's {@code core/discov}: a number in the key, an address as the value.
 * The number is go-zero's ID form and made from the address: a lease, its other form, is
 * another one after each loss, and the key with it.
 */
record GoZeroFormat() implements EntryFormat {

	@Override
	public String id(Instance instance) {
		return Long.toString(number(instance.address()));
	}

	/** Above zero: go-zero takes 0 for "none", and knows no negative ones. */
	private static long number(String address) {
		long hash = ByteBuffer.wrap(sha256(Bytes.utf8(address).toByteArray())).getLong() & Long.MAX_VALUE;
		return Math.max(1, hash);
	}

	private static byte[] sha256(byte[] bytes) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(bytes);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every JDK has SHA-256", ex);
		}
	}

	@Override
	public Bytes value(Instance instance, HostPort address) {
		return PlainFormat.value(address);
	}

	/** The number means nothing: an instance is back under another one after a loss. */
	@Override
	public Decoded read(String service, String id, Bytes value) throws UnreadableException {
		if (id.isEmpty()) {
			return new Rejected(Reason.MALFORMED);
		}
		if (id.indexOf('/') >= 0) {
			return new Foreign();
		}
		return new Found(PlainFormat.address(value).instance(service, Weight.UNSAID, new HashMap<>()));
	}

}
