package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.Lists;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.client.Write.Committed;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Ranges, short and long, of an etcd that is well. */
class RangesIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults()
		.withProxies()
		.withFlag("heartbeat-interval", "100")
		.withFlag("election-timeout", "1000"));

	@RegisterExtension
	final ProxiedClient own = new ProxiedClient(etcd);

	@Test
	void longRangeIsReadInPagesAtOneRevision() {
		writeMany(2500);
		Listing before = list();
		assertThat(before.entries()).hasSize(2500).isSortedAccordingTo((a, b) -> a.key().compareTo(b.key()));
		assertThat(before.revision()).isEqualTo(etcd.revision());
		assertThat(before.entries().get(2499).value()).isEqualTo(Bytes.utf8("v2499"));
	}

	@Test
	void keysAreReadWithoutValues() {
		writeMany(1001);
		Listing keys = Await.value(Lists.keys(this.own.client, this.own.range));
		assertThat(keys.entries()).hasSize(1001).allMatch((entry) -> entry.value().size() == 0);
		assertThat(keys.revision()).isEqualTo(etcd.revision());
	}

	@Test
	void writesBetweenTwoPagesAreNotSeen() {
		writeMany(1500);
		AtomicInteger pages = new AtomicInteger();
		Runnable secondPageComesLate = () -> {
			if (pages.incrementAndGet() == 2) {
				etcd.put(this.own.prefix + "zzz", "late");
			}
		};
		try (EtcdClient slow = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()),
				(builder) -> builder.interceptor(new BeforeCall("etcdserverpb.KV/Range", secondPageComesLate)))) {
			Listing listing = Await.value(Lists.whole(slow, this.own.range));
			assertThat(pages).as("of 16, 64, 256, 1024 and the rest").hasValue(5);
			assertThat(listing.entries()).hasSize(1500);
			assertThat(listing.revision()).isEqualTo(etcd.revision() - 1);
		}
	}

	@Test
	void valuesThatNoMessageCouldHoldTogetherAreReadAllTheSame() {
		Lease lease = Await.value(this.own.client.grant(Duration.ofSeconds(60)));
		Bytes hostile = Bytes.utf8("x".repeat(1_400_000));
		commit(new Write.Put(Bytes.utf8(this.own.prefix + "a"), Bytes.utf8("good"), lease.id(), 0));
		for (int i = 0; i < 50; i++) {
			commit(new Write.Put(Bytes.utf8(this.own.prefix + "b" + i), hostile, lease.id(), 0));
		}
		commit(new Write.Put(Bytes.utf8(this.own.prefix + "c"), Bytes.utf8("good"), lease.id(), 0));
		Listing listing = list();
		assertThat(listing.revision()).isEqualTo(etcd.revision());
		assertThat(listing.entries()).hasSize(52).isSortedAccordingTo((a, b) -> a.key().compareTo(b.key()));
		assertThat(listing.entries()).filteredOn(Entry::oversized)
			.hasSize(50)
			.allMatch((entry) -> entry.value().size() == 0);
		assertThat(listing.entries()).filteredOn((entry) -> entry.value().equals(Bytes.utf8("good"))).hasSize(2);
		Await.value(this.own.client.revoke(lease.id()));
	}

	@Test
	void aValueThatNoMessageCanHoldIsRefusedAndAskedForOnceOfEachSize() {
		writeMany(3);
		AtomicInteger pages = new AtomicInteger();
		try (EtcdClient narrow = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()),
				(builder) -> builder.maxInboundMessageSize(8)
					.interceptor(new BeforeCall("etcdserverpb.KV/Range", pages::incrementAndGet)))) {
			assertThat(Await.failure(Lists.whole(narrow, this.own.range)).kind()).isEqualTo(Kind.REFUSED);
			assertThat(pages).as("pages of 16 and 1, and that one without its value").hasValue(3);
		}
	}

	@Test
	void wholeStoreCanBeRead() {
		etcd.put(this.own.prefix + "a", "1");
		assertThat(Await.value(Lists.whole(this.own.client, KeyRange.prefix(Bytes.EMPTY))).entries())
			.extracting(Entry::key)
			.contains(Bytes.utf8(this.own.prefix + "a"));
	}

	@Test
	void probeTellsTheRevision() {
		assertThat(Await.value(this.own.client.probe(this.own.range))).isEqualTo(etcd.revision());
	}

	private Committed commit(Write write) {
		return Await.value(this.own.client.commit(write));
	}

	private Listing list() {
		return Await.value(Lists.whole(this.own.client, this.own.range));
	}

	private void writeMany(int count) {
		Lease lease = Await.value(this.own.client.grant(Duration.ofSeconds(60)));
		List<Write> writes = IntStream.range(0, count)
			.<Write>mapToObj((i) -> new Write.Put(Bytes.utf8(this.own.prefix + String.format("%05d", i)),
					Bytes.utf8("v" + i), lease.id(), 0))
			.toList();
		assertThat(writes.stream().map(this.own.client::commit).collect(Collectors.toList())).map(Await::value)
			.allMatch(Committed::applied);
	}

}
