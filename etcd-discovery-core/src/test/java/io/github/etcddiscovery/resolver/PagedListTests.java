package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.DiscoveryObserver;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.guard.GuardOptions;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.ManualScheduler;
import io.github.etcddiscovery.model.ModelEtcd;
import org.junit.jupiter.api.Test;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A list comes page by page, and nothing of a page is kept but what is shown.
 */
class PagedListTests {

	private final ManualScheduler scheduler = new ManualScheduler();

	private final EventLoop loop = this.scheduler.loop();

	private final List<String> rejected = new ArrayList<>();

	private final DiscoveryObserver observer = new DiscoveryObserver() {

		@Override
		public void rejected(String reason) {
			PagedListTests.this.rejected.add(reason);
		}

	};

	private final Services services = new Services((name) -> List.of());

	private final Publisher publisher = new Publisher(this.loop, this.services, this.observer);

	private final LayoutReader reader = new LayoutReader(Rig.KITEX, 0, Instance.DEFAULT_WEIGHT,
			new Rejections(this.loop, this.observer, List.of()));

	private final RangeEntries entries = new RangeEntries(this.reader, null, this.services, this.publisher,
			new MassLossGuard(new ModelEtcd(this.scheduler).connect(), this.loop, GuardOptions.off(), this.publisher,
					(host, port, told) -> {
					}));

	@Test
	void nothingOfAListIsShownBeforeItsLastPage() {
		this.entries.beginList();
		this.entries.stage(List.of(entry("a", 1, 5)));
		assertThat(shown("a")).isEmpty();
		this.entries.stage(List.of(entry("a", 2, 6)));
		this.entries.completeList();
		assertThat(shown("a")).containsExactly("10.0.0.1", "10.0.0.2");
	}

	@Test
	void pagesOfAListThatWasGivenUpAreForgotten() {
		this.entries.beginList();
		this.entries.stage(List.of(entry("a", 1, 5), entry("a", 2, 6)));
		this.entries.beginList();
		this.entries.stage(List.of(entry("a", 2, 6), entry("b", 1, 7)));
		this.entries.completeList();
		assertThat(shown("a")).containsExactly("10.0.0.2");
		assertThat(shown("b")).containsExactly("10.0.0.1");
	}

	@Test
	void whatWasKnownStaysUntilTheListIsComplete() {
		listed(entry("a", 1, 5), entry("a", 2, 6));
		this.entries.beginList();
		this.entries.stage(List.of(entry("a", 3, 9)));
		assertThat(shown("a")).containsExactly("10.0.0.1", "10.0.0.2");
		this.entries.completeList();
		assertThat(shown("a")).containsExactly("10.0.0.3");
	}

	@Test
	void anEntryWhoseValueWasTooLongIsLeftOutAndCounted() {
		Bytes key = Rig.KITEX.key(Rig.instance("a", 2));
		listed(entry("a", 1, 5), new Entry(key, Bytes.EMPTY, 0, 6, true),
				new Entry(Bytes.utf8("kitex/registry-etcd/a/x/y"), Bytes.EMPTY, 0, 7, true));
		assertThat(shown("a")).containsExactly("10.0.0.1");
		assertThat(this.rejected).containsExactly("too_large");
	}

	@Test
	void entriesUnderKeysThatAreTooLongAreCounted() {
		this.reader.leftOut(2, KeyRange.prefix(Bytes.utf8("kitex/registry-etcd/")));
		assertThat(this.rejected).containsExactly("too_large", "too_large");
	}

	@Test
	void anEntryThatWasNotWrittenSinceIsNotReadAgain() {
		Entry bad = new Entry(Rig.KITEX.key(Rig.instance("a", 9)), Bytes.utf8("no JSON"), 0, 6);
		listed(entry("a", 1, 5), bad);
		Instance before = list("a").get(0);
		listed(entry("a", 1, 5), bad);
		assertThat(list("a").get(0)).isSameAs(before);
		assertThat(this.rejected).containsExactly("malformed");
	}

	@Test
	void afterADoubtfulChangeAListMakesEverythingAnew() {
		listed(entry("a", 1, 5), entry("b", 1, 6));
		Instance before = list("b").get(0);
		this.entries.distrust();
		listed(entry("a", 1, 5), entry("b", 1, 6));
		assertThat(shown("a")).containsExactly("10.0.0.1");
		assertThat(list("b").get(0)).isEqualTo(before);
	}

	@Test
	void whatADoubtfulChangeMakesAnewHasNotBeenWrittenAnew() {
		listed(entry("a", 1, 5), entry("b", 1, 6));
		DiscoveredInstance first = discovered("a");
		DiscoveredInstance second = discovered("b");
		long before = first.writtenAt();
		this.scheduler.advance(Duration.ofSeconds(1));
		this.entries.distrust();
		listed(entry("a", 1, 5), entry("b", 1, 7));
		assertThat(discovered("a")).isSameAs(first);
		assertThat(first.writtenAt()).isEqualTo(before);
		assertThat(discovered("b")).isSameAs(second);
		assertThat(second.wasWrittenAfter(before)).isTrue();
	}

	@Test
	void aStoreThatHasGoneBackCanReachTheRevisionThatIsKnownByAnotherWrite() {
		listed(entry("a", 1, 5));
		DiscoveredInstance known = discovered("a");
		long before = known.writtenAt();
		this.scheduler.advance(Duration.ofSeconds(1));
		Entry same = entry("a", 1, 5);
		listed(new Entry(same.key(), Bytes.utf8(same.value().strictUtf8() + " "), same.lease(), 5));
		assertThat(discovered("a")).isSameAs(known);
		assertThat(known.wasWrittenAfter(before)).isTrue();
	}

	private void listed(Entry... all) {
		this.entries.beginList();
		this.entries.stage(List.of(all));
		this.entries.completeList();
	}

	private static Entry entry(String service, int number, long revision) {
		Instance instance = Rig.instance(service, number);
		return new Entry(Rig.KITEX.key(instance), Rig.KITEX.codec().value(instance), 0, revision);
	}

	private List<Instance> list(String service) {
		this.scheduler.runReady();
		Service known = this.services.get(service);
		return (known != null) ? known.snapshot().instances() : List.of();
	}

	private DiscoveredInstance discovered(String service) {
		this.scheduler.runReady();
		return requireNonNull(this.services.get(service)).snapshot().discovered(0);
	}

	private List<String> shown(String service) {
		return list(service).stream().map(Instance::host).toList();
	}

}
