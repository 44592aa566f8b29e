package io.github.etcddiscovery.client.jetcd;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.test.EtcdCluster;
import io.github.etcddiscovery.test.EtcdExtension;
import io.github.etcddiscovery.test.EtcdSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Ranges that are long, large, hostile, or compacted while they are read. */
class PagesIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withProxies());

	private static final int MEGABYTE = 1_000_000;

	private final String prefix = UUID.randomUUID() + "/";

	private final KeyRange range = KeyRange.prefix(Bytes.utf8(this.prefix));

	private final LargeWrites writes = new LargeWrites(etcd.endpoint());

	private final ExecutorService owner = Executors.newSingleThreadExecutor();

	private final AtomicInteger requests = new AtomicInteger();

	private final EtcdClient client = EtcdClient.connect(EtcdClientSettings.of(etcd.endpoint()),
			(builder) -> builder.interceptor(new BeforeCall("etcdserverpb.KV/Range", this.requests::incrementAndGet)));

	@AfterEach
	void close() {
		this.client.close();
		this.owner.shutdownNow();
		etcd.cluster().proxy().heal();
		etcd.etcdctl("del", "--prefix", this.prefix);
	}

	@Test
	void theNextPageIsAskedForWhileOneIsAppliedAndNoMoreThanThat() {
		this.writes.putMany(this.prefix, 1000, 100);
		List<Integer> asked = new ArrayList<>();
		Await.value(list((page) -> {
			int expected = Math.min(asked.size() + 2, 4);
			await().atMost(Duration.ofSeconds(5)).until(() -> this.requests.get() >= expected);
			asked.add(this.requests.get());
		}));
		assertThat(asked).as("pages of 16, 64, 256 and the rest").containsExactly(2, 3, 4, 4);
	}

	@Test
	void onlyTheFirstPageSaysThatTheListBegins() {
		this.writes.putMany(this.prefix, 200, 100);
		List<Page> pages = new ArrayList<>();
		long revision = Await.value(list(pages::add));
		assertThat(pages).extracting(Page::first).containsExactly(true, false, false);
		assertThat(pages).extracting(Page::revision).containsOnly(revision).contains(etcd.revision());
	}

	@Test
	void anEmptyRangeIsOnePage() {
		List<Page> pages = new ArrayList<>();
		assertThat(Await.value(list(pages::add))).isEqualTo(etcd.revision());
		assertThat(pages).singleElement().satisfies((page) -> assertThat(page.first()).isTrue());
	}

	@Test
	void whatTheConsumerThrowsEndsTheListWithThatCause() {
		this.writes.putMany(this.prefix, 100, 100);
		AtomicInteger pages = new AtomicInteger();
		StackOverflowError fault = new StackOverflowError();
		EtcdDiscoveryException failure = Await.failure(list((page) -> {
			pages.incrementAndGet();
			throw fault;
		}));
		assertThat(failure).hasCause(fault);
		assertThat(pages).hasValue(1);
	}

	@Test
	void anOwnerThatTakesNothingEndsTheList() {
		EtcdDiscoveryException failure = Await.failure(this.client.list(this.range, false, (task) -> {
			throw new IllegalStateException("the loop has gone");
		}, (page) -> {
		}));
		assertThat(failure).hasRootCauseMessage("the loop has gone");
	}

	@Test
	void aPageThatWasTooLargeIsNotTriedAgainByTheNextList() {
		this.writes.putEach(this.prefix, 12, MEGABYTE);
		AtomicInteger oversized = new AtomicInteger();
		Consumer<Page> count = (page) -> page.entries()
			.forEach((entry) -> oversized.addAndGet((entry.oversized() && entry.value().size() == 0) ? 1 : 0));
		Await.value(list(count));
		int first = this.requests.getAndSet(0);
		Await.value(list(count));
		assertThat(oversized).hasValue(24);
		assertThat(this.requests.get()).isLessThan(first);
	}

	@Test
	void keysOfWhichTheValuesFitIntoNoMessageAreReadInHalvesAtOneRevision() {
		this.writes.putEach(this.prefix, 9, 60_000);
		this.writes.putEach(this.prefix + "large", 8, MEGABYTE);
		List<Bytes> keys = new ArrayList<>();
		IntStream.range(0, 8).forEach((i) -> {
			keys.add(Bytes.utf8(this.prefix + String.format("%06d", i)));
			keys.add(Bytes.utf8(this.prefix + String.format("large%06d", i)));
			keys.add(Bytes.utf8(this.prefix + String.format("absent%06d", i)));
		});
		Listing read = Await.value(this.client.read(keys));
		assertThat(read.revision()).isEqualTo(etcd.revision());
		assertThat(read.entries()).hasSize(16).filteredOn(Entry::oversized).hasSize(8);
		assertThat(read.entries()).extracting(Entry::key).isSubsetOf(keys);
	}

	@Tag("long")
	@Test
	void largeValuesCostNeitherTheReaderNorEtcdItsMemory() throws IOException, InterruptedException {
		try (EtcdCluster own = EtcdCluster.single()) {
			LargeWrites hostile = new LargeWrites(own.endpoint());
			hostile.putEach("h/", 400, MEGABYTE);
			hostile.putEach("h/a", 3, 100);
			long before = anonymousMemory(own.endpoint());
			assertThat(ListingProcess.run("-Xmx64m", own.endpoint(), "h/", 3).lines())
				.containsExactly("3 whole, 400 oversized", "3 whole, 400 oversized", "3 whole, 400 oversized");
			assertThat(anonymousMemory(own.endpoint()) - before).isLessThan(200_000);
		}
	}

	@Tag("long")
	@Test
	void longKeysCostTheReaderNoMemoryAndAreNotTold() throws IOException, InterruptedException {
		try (EtcdCluster own = EtcdCluster.single()) {
			new LargeWrites(own.endpoint()).putEach("h/b" + "k".repeat(MEGABYTE), 400, 1);
			new LargeWrites(own.endpoint()).putEach("h/a", 3, 100);
			new LargeWrites(own.endpoint()).putEach("h/c", 3, 100);
			assertThat(ListingProcess.run("-Xmx64m", own.endpoint(), "h/", 3).lines())
				.containsExactly("6 whole, 0 oversized", "6 whole, 0 oversized", "6 whole, 0 oversized");
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void entriesUnderLongKeysAreLeftOutAndCounted(boolean keysOnly) {
		String longest = this.prefix + "b" + "k".repeat(Entry.MAX_KEY - this.prefix.length() - 7);
		this.writes.putEach(longest, 20, 1);
		this.writes.putEach(longest + "k", 40, 1);
		this.writes.putEach(this.prefix + "c", 3, 1);
		List<Page> pages = new ArrayList<>();
		Await.value(this.client.list(this.range, keysOnly, this.owner, pages::add));
		assertThat(pages.stream().flatMap((page) -> page.entries().stream())).hasSize(23)
			.allMatch((entry) -> entry.key().size() <= Entry.MAX_KEY);
		assertThat(pages.stream().mapToInt(Page::leftOut).sum()).isEqualTo(40);
		assertThat(pages).extracting(Page::first).startsWith(true).containsOnlyOnce(true);
	}

	/** In kB. */
	private static long anonymousMemory(String endpoint) throws IOException {
		String port = ":" + URI.create(endpoint).getPort();
		long pid = ProcessHandle.allProcesses()
			.filter((process) -> process.info().command().orElse("").endsWith("/etcd"))
			.filter((process) -> process.info().commandLine().orElse("").contains(port))
			.findFirst()
			.orElseThrow()
			.pid();
		return Files.readAllLines(Path.of("/proc/" + pid + "/status"))
			.stream()
			.filter((line) -> line.startsWith("RssAnon:"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll("[^0-9]", "")))
			.findFirst()
			.orElseThrow();
	}

	@Tag("long")
	@ParameterizedTest
	@ValueSource(ints = { 0, 15 })
	void aLongRangeIsListedByOneCallThoughEtcdCompactsEverySecond(int delay) throws Exception {
		this.writes.putMany(this.prefix, 100_000, 100);
		etcd.cluster().proxy().delay(Duration.ofMillis(delay));
		AtomicInteger compactions = new AtomicInteger();
		ScheduledExecutorService compactor = Executors.newSingleThreadScheduledExecutor();
		List<Page> pages = new ArrayList<>();
		try (EtcdClient patient = EtcdClient.connect(
				EtcdClientSettings.of(etcd.endpoint()).withTimeouts(Duration.ofSeconds(2), Duration.ofMinutes(1)))) {
			compactor.scheduleAtFixedRate(() -> {
				this.writes.compact();
				compactions.incrementAndGet();
			}, 0, 1, TimeUnit.SECONDS);
			patient.list(this.range, false, this.owner, (page) -> {
				pages.add(page);
				if (pages.size() == 2) {
					awaitTwoMore(compactions);
				}
			}).get(2, TimeUnit.MINUTES);
		}
		finally {
			compactor.shutdownNow();
		}
		assertThat(pages).filteredOn(Page::first).as("begun anew once").hasSize(2);
		assertThat(pages.get(pages.size() - 1)).as("one unpaged read").matches(Page::first);
		assertThat(pages.get(pages.size() - 1).entries()).hasSize(100_000)
			.extracting(Entry::key)
			.doesNotHaveDuplicates();
	}

	/** The second of them began after this was asked. */
	private static void awaitTwoMore(AtomicInteger compactions) {
		int before = compactions.get();
		await().atMost(Duration.ofMinutes(1)).until(() -> compactions.get() >= before + 2);
	}

	@Tag("long")
	@Test
	void aListThatIsCompactedAwayAndTooMuchForOneReadBeginsAnewWithLargerPages() {
		this.writes.putEach(this.prefix, 800, 50_000);
		List<Integer> sizes = new ArrayList<>();
		List<Integer> beginnings = new ArrayList<>();
		Await.value(list((page) -> {
			if (page.first()) {
				beginnings.add(sizes.size());
			}
			sizes.add(page.entries().size());
			if (sizes.size() == 2) {
				this.writes.compact();
			}
		}));
		assertThat(beginnings).as("begun anew once").hasSize(2);
		List<Integer> second = sizes.subList(beginnings.get(1), sizes.size());
		assertThat(second.stream().mapToInt(Integer::intValue).sum()).isEqualTo(800);
		assertThat(second).as("40 MB at a time would be too much").hasSizeGreaterThan(1);
		assertThat(second.get(0) * 50_000).as("a page that no message held before").isGreaterThan(Pages.MAX_PAGE);
	}

	@Test
	void aListThatIsCompactedAwayBeginsAnewAsOneRead() {
		this.writes.putMany(this.prefix, 1000, 100);
		List<Page> pages = new ArrayList<>();
		Await.value(list((page) -> {
			if (pages.isEmpty()) {
				await().atMost(Duration.ofSeconds(5)).until(() -> this.requests.get() == 2);
			}
			pages.add(page);
			if (pages.size() == 2) {
				// The third page is under way; so the fourth is the one that is too late.
				await().atMost(Duration.ofSeconds(5)).until(() -> this.requests.get() == 3);
				this.writes.compact();
			}
		}));
		assertThat(pages).extracting(Page::first).containsExactly(true, false, false, true);
		assertThat(pages.get(3).entries()).hasSize(1000);
		assertThat(pages.get(3).revision()).isEqualTo(etcd.revision());
	}

	private CompletableFuture<Long> list(Consumer<Page> pages) {
		return this.client.list(this.range, false, this.owner, pages);
	}

}
