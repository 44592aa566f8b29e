package io.github.etcddiscovery.registry;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.Write;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an edit of somebody else is, and what a write of ours that came late.
 */
class OwnWritesTests {

	private static final Bytes KEY = Bytes.utf8("key");

	private static final long LEASE = 7;

	private final OwnWrites writes = new OwnWrites();

	private final RegistryLease lease = new RegistryRig().lease(LEASE);

	@Test
	void anotherValueUnderOurLeaseAboveOurLastWriteIsAnEdit() {
		put("ours", 0);
		committed(10);
		assertThat(this.writes.isEditOfAnother(entry("edit", LEASE, 11), LEASE)).isTrue();
		assertThat(this.writes.isEditOfAnother(entry("edit", 8, 11), LEASE)).as("another lease").isFalse();
		assertThat(this.writes.isEditOfAnother(entry("edit", LEASE, 10), LEASE)).as("overwritten by ours").isFalse();
	}

	@Test
	void aPutOfOursThatCameLateIsNone() {
		put("ours", 0);
		committed(10);
		put("late", 10);
		unanswered("late", 10);
		put("later", 10);
		unanswered("later", 10);
		this.writes.found(entry("later", LEASE, 11), true, 0);
		assertThat(this.writes.isEditOfAnother(entry("later", LEASE, 11), LEASE)).isFalse();
		committed(12);
		assertThat(this.writes.isEditOfAnother(entry("later", LEASE, 13), LEASE)).as("fenced by the commit").isTrue();
	}

	/** Nothing fences a create: who deletes the key lets it come. */
	@Test
	void aCreateOfOursThatCameLateIsNoneAfterACommitEither() {
		unanswered("create", 0);
		committed(10);
		this.writes.found(null, false, 100_000_000_000L);
		assertThat(this.writes.isEditOfAnother(found("create", 8, 12), 8)).as("under the next lease").isTrue();
		assertThat(this.writes.isEditOfAnother(found("create", LEASE, 12), LEASE)).isFalse();
		assertThat(this.writes.isEditOfAnother(found("create", LEASE, 13), LEASE)).as("it comes once").isTrue();
		assertThat(this.writes.isEditOfAnother(found("edit", LEASE, 14), LEASE)).isTrue();
	}

	@Test
	void twoCreatesOfTheSameValueMayBothComeLate() {
		unanswered("create", 0);
		unanswered("create", 0);
		committed(10);
		assertThat(this.writes.isEditOfAnother(found("create", LEASE, 12), LEASE)).isFalse();
		assertThat(this.writes.isEditOfAnother(found("create", LEASE, 14), LEASE)).isFalse();
		assertThat(this.writes.isEditOfAnother(found("create", LEASE, 16), LEASE)).isTrue();
	}

	@Test
	void inAStoreThatWentBackNothingIsAnEditBeforeTheNextWrite() {
		put("ours", 0);
		committed(10);
		this.writes.forgetCommitted();
		assertThat(this.writes.isEditOfAnother(entry("old", LEASE, 11), LEASE)).isFalse();
		committed(12);
		assertThat(this.writes.isEditOfAnother(entry("edit", LEASE, 13), LEASE)).isTrue();
	}

	@Test
	void aDeleteWithoutAnswerIsFencedByTheNextWrite() {
		this.writes.unanswered(new Write.Delete(KEY, 10));
		assertThat(this.writes.mayStillBeDeleted(entry("ours", LEASE, 10))).isTrue();
		assertThat(this.writes.mayStillBeDeleted(entry("ours", LEASE, 11))).isFalse();
		committed(12);
		assertThat(this.writes.mayStillBeDeleted(entry("ours", LEASE, 10))).isFalse();
	}

	private Entry found(String value, long lease, long revision) {
		Entry entry = entry(value, lease, revision);
		this.writes.found(entry, true, 100_000_000_000L);
		return entry;
	}

	private void unanswered(String value, long expected) {
		this.writes.unanswered(new Write.Put(KEY, Bytes.utf8(value), LEASE, expected), this.lease, 15_000_000_000L);
	}

	private void committed(long revision) {
		this.writes.committed(new Write.Put(KEY, Bytes.utf8("ours"), LEASE, 0), revision);
	}

	private void put(String value, long expected) {
		this.writes.sending(new Write.Put(KEY, Bytes.utf8(value), LEASE, expected));
	}

	private static Entry entry(String value, long lease, long revision) {
		return new Entry(KEY, Bytes.utf8(value), lease, revision);
	}

}
