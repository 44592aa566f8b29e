package io.github.etcddiscovery.spring.autoconfigure;

import java.time.Duration;

/** The time to live that is asked for; etcd may grant another one. */
record LeaseTtl(Duration value) {

	static final LeaseTtl DEFAULT = new LeaseTtl(Duration.ofSeconds(15));

}
