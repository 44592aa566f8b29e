package io.github.etcddiscovery.model;

import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.client.WatchEvent;

/**
 * The streams of changes that are open.
 */
final class Streams {

	private final List<ModelStream> open = new ArrayList<>();

	void add(ModelStream stream) {
		this.open.add(stream);
	}

	void remove(ModelStream stream) {
		this.open.remove(stream);
	}

	int count() {
		return this.open.size();
	}

	void tell(List<WatchEvent> events) {
		List.copyOf(this.open).forEach((stream) -> stream.tell(events));
	}

	void end(EtcdDiscoveryException cause) {
		List.copyOf(this.open).forEach((stream) -> stream.end(cause));
	}

}
