package io.github.etcddiscovery.resolver;

import java.time.Duration;

import io.github.etcddiscovery.loop.EventLoop;

/**
 * From the name of a service to what is known of it, and to what a first lookup waits
 * for. For any thread.
 */
final class Lookup {

	private final Services services;

	private final Layouts layouts;

	private final ResolverLoop writer;

	private final EventLoop loop;

	private final FirstAnswer sharedAnswer;

	private final Duration limit;

	private volatile boolean closed;

	/**
	 * Prepares.
	 * @param services what readers see
	 * @param layouts which names can be carried, and which have to be followed
	 * @param writer begins to follow a service
	 * @param loop what the writer is confined to
	 * @param sharedAnswer what lookups of services wait for that are not followed one by
	 * one
	 * @param limit the longest that any lookup waits
	 */
	Lookup(Services services, Layouts layouts, ResolverLoop writer, EventLoop loop, FirstAnswer sharedAnswer,
			Duration limit) {
		this.services = services;
		this.layouts = layouts;
		this.writer = writer;
		this.loop = loop;
		this.sharedAnswer = sharedAnswer;
		this.limit = limit;
	}

	/** Nothing more is followed, and nobody waits. */
	void close() {
		this.closed = true;
	}

	/** Returns what is known of a service, and notes that it is in use. */
	ServiceSnapshot known(String name) {
		Service service = this.services.get(name);
		return (service != null) ? service.read() : this.services.absent(name);
	}

	/** Sees to it that a service is followed, and returns what to wait for. */
	FirstAnswer ask(String name) {
		if (this.closed || !this.layouts.carried(name)) {
			return FirstAnswer.none();
		}
		if (this.layouts.followedFor(name).isEmpty()) {
			return this.sharedAnswer;
		}
		Service service = this.services.obtain(name);
		FirstAnswer begun = new FirstAnswer(this.limit);
		if (service.ask(begun)) {
			this.loop.execute(() -> this.writer.follow(service, begun));
		}
		FirstAnswer first = service.asked();
		if (first == null || this.closed) {
			begun.come();
			return FirstAnswer.none();
		}
		return first;
	}

}
