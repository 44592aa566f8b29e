package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.Entry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PagedListTests {

	private final ModelRig rig = new ModelRig();

	private final ModelEtcd etcd = this.rig.etcd;

	@BeforeEach
	void threeEntriesOnPagesOfTwo() {
		this.etcd.put("a/1", "x");
		this.etcd.put("a/2", "x");
		this.etcd.put("a/3", "x");
		this.etcd.pageSize(2);
	}

	@Test
	void pagesAreOfOneRevisionWhateverHappensMeanwhile() {
		this.etcd.delay(Call.LIST, Duration.ofSeconds(1));
		CompletableFuture<Long> listed = list(false);
		this.rig.advance(Duration.ofMillis(500));
		this.etcd.delete("a/3");
		this.etcd.put("a/4", "x");
		this.rig.advance(Duration.ofSeconds(2));
		assertThat(this.rig.told()).containsExactly("first page@4[a/1=x, a/2=x]", "page@4[a/3=x]");
		assertThat(this.rig.answer(listed)).isEqualTo(4);
		assertThat(this.etcd.calls(Call.LIST)).isEqualTo(2);
	}

	@Test
	void aListThatIsCompactedAwayBeginsAnewInOnePiece() {
		this.etcd.delay(Call.LIST, Duration.ofSeconds(1));
		CompletableFuture<Long> listed = list(false);
		this.rig.advance(Duration.ofMillis(500));
		this.etcd.put("a/4", "x");
		this.etcd.compact();
		this.rig.advance(Duration.ofSeconds(3));
		assertThat(this.rig.told()).containsExactly("first page@4[a/1=x, a/2=x]",
				"first page@5[a/1=x, a/2=x, a/3=x, a/4=x]");
		assertThat(this.rig.answer(listed)).isEqualTo(5);
	}

	@Test
	void onlyOnePageIsAskedForAheadOfTheOwner() {
		Deque<Runnable> owner = new ArrayDeque<>();
		this.etcd.pageSize(1);
		CompletableFuture<Long> listed = this.rig.client.list(ModelRig.RANGE, true, owner::add, this.rig::page);
		assertThat(this.rig.told()).isEmpty();
		assertThat(owner).hasSize(1);
		assertThat(this.etcd.calls(Call.LIST_KEYS)).isEqualTo(2);
		owner.remove().run();
		assertThat(this.rig.told()).containsExactly("first page@4[a/1=]");
		owner.remove().run();
		assertThat(this.rig.told()).containsExactly("page@4[a/2=]");
		owner.remove().run();
		assertThat(this.rig.told()).containsExactly("page@4[a/3=]");
		assertThat(this.rig.answer(listed)).isEqualTo(4);
	}

	@Test
	void anEmptyRangeIsOneEmptyPage() {
		this.etcd.delete("a/1", "a/2", "a/3");
		this.rig.answer(list(false));
		assertThat(this.rig.told()).containsExactly("first page@5[]");
	}

	@Test
	void oversizedValuesAreDropped() {
		this.etcd.put("a/2", "x".repeat(Entry.MAX_VALUE + 1));
		this.rig.answer(list(false));
		assertThat(this.rig.told()).containsExactly("first page@5[a/1=x, a/2 oversized]", "page@5[a/3=x]");
		this.rig.answer(list(true));
		assertThat(this.rig.told()).containsExactly("first page@5[a/1=, a/2=]", "page@5[a/3=]");
	}

	@Test
	void whatAConsumerThrowsEndsTheList() {
		StackOverflowError fault = new StackOverflowError();
		CompletableFuture<Long> listed = this.rig.client.list(ModelRig.RANGE, false, this.rig.owner, (page) -> {
			throw fault;
		});
		this.rig.scheduler.runReady();
		assertThatThrownBy(listed::join).cause().hasCause(fault);
	}

	@Test
	void aRefusedPageEndsTheList() {
		this.etcd.delay(Call.LIST, Duration.ofSeconds(1));
		CompletableFuture<Long> listed = list(false);
		this.rig.advance(Duration.ofMillis(500));
		this.etcd.refuse(Kind.LOGIN_REFUSED, Call.LIST);
		this.rig.advance(Duration.ofSeconds(2));
		assertThat(this.rig.told()).containsExactly("first page@4[a/1=x, a/2=x]");
		this.rig.assertFails(listed, Kind.LOGIN_REFUSED);
	}

	private CompletableFuture<Long> list(boolean keysOnly) {
		return this.rig.client.list(ModelRig.RANGE, keysOnly, this.rig.owner, this.rig::page);
	}

}
