package io.github.etcddiscovery.resolver;

import io.github.etcddiscovery.watch.RangeWatch;

/**
 * A watch, and where what it brings goes to.
 */
record SourceWatch(RangeWatch watch, Feed feed) {

	void close() {
		this.watch.close();
		this.feed.close();
	}

}
