package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** An etcd that takes keys and values of more than a page of ours holds. */
class LargeRequestsIT {

	private static final int MORE_THAN_A_PAGE = 5_000_000;

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension
		.of(EtcdSettings.defaults().withFlag("max-request-bytes", "10000000"));

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()));

	@AfterEach
	void close() {
		this.client.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aKeyThatNoPageHoldsIsLeftOutAndTheOthersAreListed(boolean keysOnly) {
		String prefix = "long-" + keysOnly + "/";
		LargeWrites writes = new LargeWrites(etcd.endpoint());
		writes.putEach(prefix + "a", 20, 1);
		writes.putEach(prefix + "b" + "k".repeat(MORE_THAN_A_PAGE), 1, 1);
		writes.putEach(prefix + "c", 20, 1);
		List<Page> pages = new ArrayList<>();
		Await.value(this.client.list(KeyRange.prefix(Bytes.utf8(prefix)), keysOnly, Runnable::run, pages::add));
		assertThat(pages.stream().flatMap((page) -> page.entries().stream())).hasSize(40);
		assertThat(pages.stream().mapToInt(Page::leftOut).sum()).isEqualTo(1);
	}

	@Test
	void theLeaseOfAKeyIsKnownThoughNoPageHoldsItsValue() {
		Lease lease = Await.value(this.client.grant(Duration.ofSeconds(60)));
		Bytes key = Bytes.utf8("large");
		Bytes value = Bytes.ofOwned(new byte[MORE_THAN_A_PAGE]);
		assertThat(Await.value(this.client.commit(new Write.Put(key, value, lease.id(), 0))).applied()).isTrue();
		List<Bytes> keys = List.of(Bytes.utf8("absent"), key);
		assertThat(Await.value(this.client.read(keys)).entries()).singleElement()
			.satisfies((entry) -> assertThat(entry.lease()).isEqualTo(lease.id()))
			.matches(Entry::oversized);
	}

}
