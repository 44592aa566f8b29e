package io.github.etcddiscovery.client.jetcd;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.client.Write.Committed;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import io.grpc.Deadline;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** One endpoint of several speaks gRPC, but is no etcd. */
class ForeignServerIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withMembers(2));

	private final String prefix = UUID.randomUUID() + "/";

	private final KeyRange range = KeyRange.prefix(Bytes.utf8(this.prefix));

	private ForeignServer server;

	private EtcdClient client;

	@AfterEach
	void close() {
		if (this.client != null) {
			this.client.close();
		}
		this.server.close();
	}

	@ParameterizedTest
	@EnumSource(value = Status.Code.class, names = { "UNIMPLEMENTED", "NOT_FOUND" })
	void everyCallSucceedsAtOnceAndGoesOnSucceeding(Status.Code answer) throws IOException {
		connect(Status.fromCode(answer), true);
		long begin = System.nanoTime();
		for (int i = 0; i < 30; i++) {
			Lease lease = Await.value(this.client.grant(Duration.ofSeconds(30)));
			Bytes key = Bytes.utf8(this.prefix + i);
			Committed put = Await.value(this.client.commit(new Write.Put(key, Bytes.utf8("v"), lease.id(), 0)));
			assertThat(put.applied()).isTrue();
			Await.value(this.client.renew(lease.id(), Duration.ofSeconds(3)));
			assertThat(Await.value(this.client.read(List.of(key))).entries()).hasSize(1);
			Await.value(this.client.probe(this.range));
			Await.value(this.client.revoke(lease.id()));
		}
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
		assertThat(this.server.answered()).as("and left out from then on").isLessThan(4);
	}

	@Test
	void whatALimitOfAProxyHasCutOffIsReadElsewhere() throws IOException {
		connect(Status.RESOURCE_EXHAUSTED.withDescription("HTTP/2 error code: ENHANCE_YOUR_CALM"), true);
		for (int i = 0; i < 30; i++) {
			Await.value(this.client.probe(this.range));
		}
	}

	/** The stream stands before anybody knows what is at its other end. */
	@Test
	void aRenewalIsMadeElsewhereWhereItsStreamLeadsToNoEtcd() throws IOException {
		this.server = ForeignServer.answeringOnceAsked(Status.UNIMPLEMENTED);
		List<String> endpoints = new ArrayList<>(etcd.endpoints());
		endpoints.add(this.server.endpoint());
		try (Threads threads = new Threads();
				Connections connections = new Connections(EtcdClientSettings.of(endpoints), (builder) -> {
				}, threads, Duration.ofHours(1))) {
			Renewals renewals = new Renewals(connections, threads);
			List<Long> leases = new ArrayList<>();
			await().atMost(Duration.ofSeconds(20)).until(() -> {
				leases.add(leases.size() + 1L);
				renewals.open(leases.size(), Duration.ofMinutes(1), "");
				return this.server.answered() > 0;
			});
			for (long lease : leases) {
				Await.value(renewals.renew(LeaseKeepAliveRequest.newBuilder().setID(lease).build(), "",
						Deadline.after(10, TimeUnit.SECONDS)));
			}
		}
	}

	@Test
	void watchesOpenElsewhere() throws IOException {
		connect(Status.UNIMPLEMENTED, true);
		await().atMost(Duration.ofSeconds(5)).until(() -> {
			Await.value(this.client.probe(this.range));
			return this.server.answered() > 0;
		});
		for (int i = 0; i < 6; i++) {
			Recorder recorder = new Recorder();
			try (Watches watches = this.client.watches(Runnable::run)) {
				watches.watch(this.range, 1, recorder);
				recorder.next(Recorder.Confirmed.class);
			}
		}
	}

	@Test
	void theOnlyEndpointIsNotAnswering() throws IOException {
		connect(Status.UNIMPLEMENTED, false);
		assertThat(Await.failure(this.client.probe(this.range)).kind()).isEqualTo(Kind.UNAVAILABLE);
		assertThat(Await.failure(this.client.probe(this.range))).hasMessageContaining("no etcd");
	}

	private void connect(Status answer, boolean withEtcd) throws IOException {
		this.server = ForeignServer.answering(answer);
		List<String> endpoints = new ArrayList<>();
		endpoints.add(this.server.endpoint());
		if (withEtcd) {
			endpoints.addAll(etcd.endpoints());
		}
		this.client = EtcdClient.connect(EtcdClientSettings.of(endpoints));
	}

}
