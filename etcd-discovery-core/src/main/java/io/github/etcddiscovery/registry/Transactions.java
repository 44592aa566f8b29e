package io.github.etcddiscovery.registry;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.client.Write.Committed;
import org.jspecify.annotations.Nullable;

import static java.util.Objects.requireNonNull;

/**
 * Reads and writes keys by transactions, whose answers say at which revision of the store
 * they were made. That notices a store that went back, because it was wiped or restored
 * from a backup: what is asked after an answer has named a revision is answered at that
 * revision or above. Each time begins another age, and an answer to a question of an
 * earlier age says nothing. Confined to the loop's thread.
 */
final class Transactions {

	/** So many writes are under way at the most: streams to etcd are limited. */
	private static final int WRITES_AT_ONCE = 64;

	private final RegistryContext context;

	private final Runnable storeWentBack;

	/** Keys that are read as soon as the loop has time. */
	private final Set<Key> toRead = new LinkedHashSet<>();

	/** Keys that reconcile again as soon as another write has ended. */
	private final Set<Key> toWrite = new LinkedHashSet<>();

	private int writes;

	private int age;

	/** The greatest revision that was named in this age. */
	private long newest;

	private long moments;

	/**
	 * Begins with the first age.
	 * @param context what the registry shares
	 * @param storeWentBack is called at the beginning of every other age
	 */
	Transactions(RegistryContext context, Runnable storeWentBack) {
		this.context = context;
		this.storeWentBack = storeWentBack;
	}

	/** Returns the present moment: a number that is greater than every one before. */
	long moment() {
		return ++this.moments;
	}

	/** A revision was named without a question. */
	void revisionWasNamed(long revision) {
		this.newest = Math.max(this.newest, revision);
	}

	/**
	 * Reads a key soon, together with others up to a hundred, and tells it what was found
	 * or that it could not be read.
	 */
	void read(Key key) {
		this.toRead.add(key);
		this.context.loop().execute(this::readAll);
	}

	private void readAll() {
		while (!this.toRead.isEmpty()) {
			List<Key> keys = this.toRead.stream().limit(EtcdClient.MAX_KEYS).toList();
			keys.forEach(this.toRead::remove);
			this.context.loop().isolated(() -> read(keys));
		}
	}

	/** Where one of them may not be read, each is asked for alone. */
	private void read(List<Key> keys) {
		long askedAt = moment();
		List<Bytes> names = keys.stream().map((key) -> key.bytes).toList();
		ask("read of " + names.get(0), () -> this.context.client().read(names), names.size(), Listing::revision,
				(listing, failure) -> {
					if (failure != null && failure.kind() == Kind.PERMISSION_DENIED && keys.size() > 1) {
						keys.forEach((key) -> read(List.of(key)));
					}
					else if (failure != null) {
						each(keys, (key) -> key.onReadFailed(failure, askedAt));
					}
					else if (listing != null) {
						Map<Bytes, Entry> entries = listing.entries()
							.stream()
							.collect(Collectors.toMap(Entry::key, Function.identity()));
						each(keys, (key) -> key.onRead(new Found(listing.revision(), entries.get(key.bytes)), askedAt));
					}
				});
	}

	/** What fails at one key fails at no other. */
	void each(Collection<Key> keys, Consumer<Key> message) {
		keys.forEach((key) -> this.context.loop().isolated(() -> message.accept(key)));
	}

	/**
	 * Returns whether one more write may be sent now. If not, the key reconciles again as
	 * soon as one may.
	 */
	boolean mayWrite(Key key) {
		boolean may = this.writes < WRITES_AT_ONCE;
		if (!may) {
			this.toWrite.add(key);
		}
		return may;
	}

	/**
	 * Sends a write.
	 * @param write the write
	 * @param told is given the answer, or why there is none, or neither where the answer
	 * is one of an earlier age and says nothing
	 */
	void commit(Write write, BiConsumer<@Nullable Committed, @Nullable EtcdDiscoveryException> told) {
		ask(write.toString(), () -> this.context.client().commit(write), 1, Committed::revision, (answer, failure) -> {
			try {
				told.accept(answer, failure);
			}
			finally {
				writeEnded();
			}
		});
		this.writes++;
	}

	private void writeEnded() {
		this.writes--;
		while (this.writes < WRITES_AT_ONCE && !this.toWrite.isEmpty()) {
			Key next = this.toWrite.iterator().next();
			this.toWrite.remove(next);
			this.context.loop().isolated(next::reconcile);
		}
	}

	private <T> void ask(String what, Supplier<CompletionStage<T>> question, int parts, ToLongFunction<T> revision,
			BiConsumer<@Nullable T, @Nullable EtcdDiscoveryException> told) {
		int askedIn = this.age;
		long named = this.newest;
		this.context.ask(question, parts, (answer, failure) -> {
			if (answer == null) {
				told.accept(null, EtcdDiscoveryException.of(what, requireNonNull(failure)));
			}
			else {
				told.accept(isBelieved(revision.applyAsLong(answer), askedIn, named) ? answer : null, null);
			}
		});
	}

	private boolean isBelieved(long revision, int askedIn, long named) {
		if (askedIn != this.age) {
			return false;
		}
		if (revision < named) {
			this.age++;
			this.newest = revision;
			this.storeWentBack.run();
			return false;
		}
		revisionWasNamed(revision);
		return true;
	}

	/**
	 * What stood under a key at a revision of the store.
	 *
	 * @param revision the revision; 0 for a guess of who has not looked yet
	 * @param entry what stood there; null for nothing
	 */
	record Found(long revision, @Nullable Entry entry) {

		static final Found NOTHING_YET = new Found(0, null);

		/** Returns the revision on which a write has to be made; 0 for a create. */
		long modRevision() {
			return (this.entry != null) ? this.entry.modRevision() : 0;
		}

		boolean newerThan(Found other) {
			return this.revision > other.revision;
		}

	}

}
