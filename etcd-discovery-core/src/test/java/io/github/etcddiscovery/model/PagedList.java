package io.github.etcddiscovery.model;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.Page;
import org.jspecify.annotations.Nullable;

/**
 * A list on its way, page by page. The next page is asked for while one is applied. Where
 * the revision of the pages is compacted away, the list begins anew, in one piece.
 */
final class PagedList {

	private final Source source;

	private final Set<Effect> effects;

	private final KeyRange range;

	private final Executor owner;

	private final Consumer<Page> pages;

	private final CompletableFuture<Long> done = new CompletableFuture<>();

	private int limit;

	private @Nullable Arrived arrived;

	private boolean applying;

	PagedList(Source source, Set<Effect> effects, KeyRange range, int limit, Executor owner, Consumer<Page> pages) {
		this.source = source;
		this.effects = effects;
		this.range = range;
		this.limit = limit;
		this.owner = owner;
		this.pages = pages;
	}

	CompletableFuture<Long> begin() {
		ask(this.range, 0);
		return this.done;
	}

	private void ask(KeyRange left, long revision) {
		int asked = this.limit;
		var unused = this.source.page(left, revision, asked).whenComplete((listing, failure) -> {
			if (failure == null) {
				arrive(left, listing, revision == 0, asked);
			}
			else {
				fail(EtcdDiscoveryException.of("list of " + this.range, failure), revision);
			}
		});
	}

	private void arrive(KeyRange left, Listing listing, boolean first, int asked) {
		boolean more = listing.entries().size() > asked;
		if (more) {
			this.effects.add(Effect.LIST_IN_PAGES);
		}
		List<Entry> entries = more ? listing.entries().subList(0, asked) : listing.entries();
		KeyRange next = more ? left.from(listing.entries().get(asked).key()) : null;
		List<Entry> told = entries.stream().filter((entry) -> entry.key().size() <= Entry.MAX_KEY).toList();
		this.arrived = new Arrived(new Page(listing.revision(), first, told, entries.size() - told.size()), next);
		handOver();
	}

	private void fail(EtcdDiscoveryException cause, long revision) {
		if (cause.kind() == Kind.COMPACTED && revision != 0) {
			this.effects.add(Effect.LIST_COMPACTED);
			this.limit = Integer.MAX_VALUE;
			ask(this.range, 0);
			return;
		}
		this.owner.execute(() -> this.done.completeExceptionally(cause));
	}

	private void handOver() {
		Arrived next = this.arrived;
		if (next == null || this.applying || this.done.isDone()) {
			return;
		}
		this.arrived = null;
		this.applying = true;
		if (next.left() != null) {
			ask(next.left(), next.page().revision());
		}
		this.owner.execute(() -> apply(next));
	}

	private void apply(Arrived next) {
		try {
			if (!this.done.isDone()) {
				this.pages.accept(next.page());
			}
		}
		catch (Throwable ex) {
			this.done.completeExceptionally(EtcdDiscoveryException.of("list of " + this.range, ex));
		}
		this.applying = false;
		if (next.left() == null) {
			this.done.complete(next.page().revision());
		}
		handOver();
	}

	/** Where pages come from. */
	interface Source {

		/**
		 * Asks for a page.
		 * @param left what is left of the range
		 * @param revision at which revision; 0 for the present one
		 * @param limit how many entries make a page
		 * @return the entries of the page, and one more where there are more
		 */
		CompletableFuture<Listing> page(KeyRange left, long revision, int limit);

	}

	private record Arrived(Page page, @Nullable KeyRange left) {

	}

}
