package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeResponse;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.Page;

/**
 * A range that is read page by page, all at the revision of the first. Anybody who may
 * write can put many large values there, and etcd knows no limit of bytes: so pages begin
 * small and grow while there is room in a message, one that has none is asked for with
 * less, and values that are too long are dropped as they arrive, as are entries of which
 * the key is.
 * <p>
 * While a page is applied, the next one is asked for; no more than that one waits. Where
 * the revision is compacted away meanwhile, the list begins anew: as one read where that
 * is not too much, else with larger pages.
 */
final class Pages {

	/** Greatest size of a page, in bytes: gRPC takes no more off the wire then. */
	static final int MAX_PAGE = 4 * 1024 * 1024;

	/** Greatest size where nothing less can be asked for than one entry, or than all. */
	static final int LARGEST_PAGE = 32 * 1024 * 1024;

	/** Most bytes, by what was seen so far, that are read at once. */
	private static final long MAX_WHOLE = 32_000_000;

	private static final int NO_LIMIT = 0;

	private final Calls calls;

	private final Query query;

	private final Duration timeout;

	private final Executor owner;

	private final Consumer<Page> pages;

	private final Sizes sizes;

	private final CompletableFuture<Long> done = new CompletableFuture<>();

	// What follows is touched by one callback after the other.

	private KeyRange left;

	private long revision;

	/** Whether a page of the present list was handed on. */
	private boolean begun;

	/** Whether the next entry is too large, and its value is left out. */
	private boolean withoutValue;

	private boolean wholeIsTooLarge;

	private Size size;

	private int maxPage = MAX_PAGE;

	private long count;

	private long entriesSeen;

	private long bytesSeen;

	Pages(Calls calls, Query query, Duration timeout, Executor owner, Consumer<Page> pages, Sizes sizes) {
		this.calls = calls;
		this.query = query;
		this.timeout = timeout;
		this.owner = owner;
		this.pages = pages;
		this.sizes = sizes;
		this.left = query.range();
		this.size = sizes.of(query);
	}

	/**
	 * Reads all pages.
	 * @return the revision, when the last one has been applied
	 */
	CompletableFuture<Long> read() {
		request();
		return this.done;
	}

	private void request() {
		this.calls
			.read(this.query.toString(), KVGrpc.getRangeMethod(),
					Messages.page(this.left, this.revision, this.query.keysOnly() || this.withoutValue,
							this.size.limit()),
					this.timeout, (this.size.limit() == 1) ? LARGEST_PAGE : this.maxPage)
			.handle((page, error) -> {
				if (error == null) {
					arrived(page);
				}
				else if (!(Failure.tooLarge(error) ? askForLess(error) : beginAnew(error))) {
					this.owner.execute(() -> this.done.completeExceptionally(error));
				}
				return null;
			})
			.exceptionally((fault) -> {
				failed(fault);
				return null;
			});
	}

	/** Whatever fails here, and not at etcd, must not leave a list without an end. */
	private void failed(Throwable fault) {
		this.done.completeExceptionally(EtcdDiscoveryException.of(this.query.toString(), fault));
	}

	private void arrived(RangeResponse answer) {
		if (!this.begun) {
			this.revision = answer.getHeader().getRevision();
			this.count = answer.getCount();
		}
		List<KeyValue> found = answer.getKvsList();
		List<Entry> entries = found.stream()
			.filter(Messages::hasShortKey)
			.map(this.withoutValue ? Messages::oversized : Messages::entry)
			.toList();
		Page page = new Page(this.revision, !this.begun, entries, found.size() - entries.size());
		this.begun = true;
		boolean more = answer.getMore() && !found.isEmpty();
		if (more) {
			this.left = this.left.from(Messages.bytes(found.get(found.size() - 1).getKey()).successor());
		}
		long bytes = answer.getSerializedSize();
		this.entriesSeen += found.size();
		this.bytesSeen += bytes;
		Size worked = this.size;
		this.size = this.withoutValue ? worked : worked.after(bytes, this.maxPage);
		this.withoutValue = false;
		if (!more) {
			this.sizes.keep(this.query, worked, this.entriesSeen > Size.FIRST);
		}
		this.owner.execute(() -> apply(page, more));
	}

	private void apply(Page page, boolean more) {
		if (this.done.isDone()) {
			return;
		}
		try {
			if (more) {
				request();
			}
			this.pages.accept(page);
		}
		catch (Throwable ex) {
			failed(ex);
			return;
		}
		if (!more) {
			this.done.complete(page.revision());
		}
	}

	private boolean askForLess(Throwable error) {
		if (this.size.limit() == 1) {
			if (this.withoutValue || this.query.keysOnly()) {
				return false;
			}
			this.withoutValue = true;
		}
		else if (this.size.limit() == NO_LIMIT) {
			this.wholeIsTooLarge = true;
			beginWith(Size.smallest(), MAX_PAGE);
		}
		else {
			this.size = this.size.afterTooMuch(Failure.timesTooLarge(error));
			this.sizes.keep(this.query, this.size, true);
		}
		request();
		return true;
	}

	private boolean beginAnew(Throwable error) {
		boolean compacted = error instanceof EtcdDiscoveryException known && known.kind() == Kind.COMPACTED;
		if (!compacted || this.entriesSeen == 0 || this.maxPage == LARGEST_PAGE) {
			return false;
		}
		boolean whole = !this.wholeIsTooLarge && this.count * (this.bytesSeen / this.entriesSeen) < MAX_WHOLE;
		if (whole) {
			beginWith(Size.whole(), LARGEST_PAGE);
		}
		else {
			beginWith(this.size.larger(), Math.min(this.maxPage * 4, LARGEST_PAGE));
		}
		request();
		return true;
	}

	private void beginWith(Size size, int maxPage) {
		this.size = size;
		this.maxPage = maxPage;
		this.left = this.query.range();
		this.revision = 0;
		this.begun = false;
		this.withoutValue = false;
		this.entriesSeen = 0;
		this.bytesSeen = 0;
	}

	/**
	 * What is read.
	 *
	 * @param range the range
	 * @param keysOnly whether values are left out
	 */
	record Query(KeyRange range, boolean keysOnly) {

		@Override
		public String toString() {
			return (this.keysOnly ? "read of the keys of " : "read of ") + this.range;
		}

	}

	/**
	 * How many entries are asked for at a time.
	 *
	 * @param limit the number; 0 for all
	 * @param most what the number grows to
	 */
	record Size(int limit, int most) {

		static final int FIRST = 16;

		private static final int MOST = 16 * 1024;

		/** Where large values were met, more of them may follow upon any small one. */
		private static final int MOST_BESIDE_LARGE = 64;

		static Size smallest() {
			return new Size(FIRST, MOST);
		}

		static Size whole() {
			return new Size(NO_LIMIT, MOST);
		}

		Size after(long bytes, int maxPage) {
			int factor = (bytes * 4 <= maxPage) ? 4 : (bytes * 2 <= maxPage) ? 2 : 1;
			return new Size(Math.min(this.limit * factor, this.most), this.most);
		}

		Size afterTooMuch(long times) {
			return new Size((int) Math.max(1, this.limit / (2 * times)), MOST_BESIDE_LARGE);
		}

		Size larger() {
			return new Size(Math.min(this.limit * 4, this.most), this.most);
		}

	}

	/**
	 * The sizes that have worked last, so that a list does not try larger ones again.
	 * Kept for as long as the client lives, for so many ranges at most.
	 */
	static final class Sizes {

		private static final int MOST = 1000;

		private final Map<Query, Size> kept = new ConcurrentHashMap<>();

		Size of(Query query) {
			return this.kept.getOrDefault(query, Size.smallest());
		}

		void keep(Query query, Size size, boolean worthIt) {
			if (size.limit() != NO_LIMIT && (this.kept.containsKey(query) || (worthIt && this.kept.size() < MOST))) {
				this.kept.put(query, size);
			}
		}

	}

}
