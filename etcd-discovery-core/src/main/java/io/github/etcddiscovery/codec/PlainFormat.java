package io.github.etcddiscovery.codec;

import java.util.HashMap;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Reason;
import io.github.etcddiscovery.codec.Decoded.Rejected;

/**
 * Entries as scripts and small programs write them: an id in the key, an address as the
 * value.
 */
record PlainFormat() implements EntryFormat {

	@Override
	public String id(Instance instance) {
		return Limits.requireId(instance.id());
	}

	@Override
	public Bytes value(Instance instance, HostPort address) {
		return value(address);
	}

	/** Returns the value of an entry that says an address and nothing else. */
	static Bytes value(HostPort address) {
		return Bytes.utf8(address.toString());
	}

	/** Reads the value of such an entry; a URL will do. */
	static InstanceUrl address(Bytes value) throws UnreadableException {
		return InstanceUrl.require(InstanceUrl.text(value));
	}

	@Override
	public Decoded read(String service, String id, Bytes value) throws UnreadableException {
		if (id.isEmpty()) {
			return new Rejected(Reason.MALFORMED);
		}
		InstanceUrl url = address(value);
		Map<String, String> tags = new HashMap<>();
		if (!id.equals(service + ":" + url.address())) {
			tags.put(Instance.ID, id);
		}
		return new Found(url.instance(service, Weight.UNSAID, tags));
	}

}
