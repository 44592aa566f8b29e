package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.Lists;
import io.github.etcddiscovery.test.EtcdExtension;
import org.awaitility.pollinterval.FixedPollInterval;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.awaitility.Awaitility.await;

/**
 * For each test a client of an etcd behind a proxy, and keys of its own. Whatever the
 * test has done to etcd and to the network is mended after it.
 */
final class ProxiedClient implements BeforeEachCallback, AfterEachCallback {

	final String prefix = UUID.randomUUID() + "/";

	final KeyRange range = KeyRange.prefix(Bytes.utf8(this.prefix));

	/** How many connections the client has made. */
	final AtomicInteger connections = new AtomicInteger();

	private final EtcdExtension etcd;

	EtcdClient client;

	ProxiedClient(EtcdExtension etcd) {
		this.etcd = etcd;
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		this.client = EtcdClient.connect(EtcdClientSettings.of(this.etcd.endpoint()),
				(builder) -> this.connections.incrementAndGet());
	}

	/** All of its keys, asked for once a second until etcd answers. */
	Listing awaitAnswer() {
		return await().atMost(Duration.ofSeconds(20))
			.pollInterval(FixedPollInterval.fixed(Duration.ofSeconds(1)))
			.ignoreExceptions()
			.until(() -> Lists.whole(this.client, this.range).get(), (listing) -> true);
	}

	@Override
	public void afterEach(ExtensionContext context) {
		this.client.close();
		this.etcd.cluster().proxy().heal();
		this.etcd.cluster().unfreeze();
		this.etcd.cluster().start();
	}

}
