package io.github.etcddiscovery.codec;

import java.util.HashMap;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.codec.Decoded.Found;

/**
 * Entries as go-kit's documents have them; the library itself stores what it is given. A
 * key that ends after the service, which all its instances share, is read, and never
 * written.
 */
record GoKitFormat() implements EntryFormat {

	@Override
	public String id(Instance instance) {
		return instance.address();
	}

	@Override
	public Bytes value(Instance instance, HostPort address) {
		return Bytes.utf8(InstanceUrl.write(InstanceUrl.scheme(instance), address));
	}

	@Override
	public Decoded read(String service, String id, Bytes value) throws UnreadableException {
		String text = InstanceUrl.text(value);
		InstanceUrl url = InstanceUrl.require(text);
		Map<String, String> tags = new HashMap<>();
		if (!id.equals(url.address().toString())) {
			tags.put(Instance.ID, id.isEmpty() ? text : id);
		}
		return new Found(url.instance(service, Weight.UNSAID, tags));
	}

}
