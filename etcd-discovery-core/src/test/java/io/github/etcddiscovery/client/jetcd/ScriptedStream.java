package io.github.etcddiscovery.client.jetcd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.LongSupplier;

import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * A stream of watches as etcd sees it. Which watch is asked for is told by its key:
 * {@code w7/} is watch 7. What etcd says arrives when it was requested, in its order.
 */
final class ScriptedStream extends ClientCall<WatchRequest, WatchResponse> {

	private final Queue<Message> onTheWay = new ArrayDeque<>();

	/** Watches whose create etcd has not answered. */
	private final Queue<Integer> asked = new ArrayDeque<>();

	/** Which watch has an id that stands. */
	private final Map<Long, Integer> ids = new HashMap<>();

	private final List<Long> gone = new ArrayList<>(List.of(1_000_000L));

	private final List<ScriptedStream> streams;

	private ClientCall.@Nullable Listener<WatchResponse> listener;

	private final LongSupplier clock;

	/** When something has arrived last. */
	private long heardAt;

	private int requested;

	private long nextId;

	/** Whether the client or etcd has ended it. */
	private boolean over;

	/** How often a sign of life was asked for since {@link #signsAsked()} was called. */
	private int signsAsked;

	ScriptedStream(List<ScriptedStream> streams, LongSupplier clock) {
		this.streams = streams;
		this.clock = clock;
		this.heardAt = clock.getAsLong();
	}

	long heardAt() {
		return this.heardAt;
	}

	boolean isOver() {
		return this.over;
	}

	Queue<Integer> asked() {
		return this.asked;
	}

	Map<Long, Integer> ids() {
		return this.ids;
	}

	/** Ids that etcd has ended, or never given. */
	List<Long> gone() {
		return this.gone;
	}

	int signsAsked() {
		int signs = this.signsAsked;
		this.signsAsked = 0;
		return signs;
	}

	/** Answers the next create, and notes which id stands for it. */
	long accept() {
		long id = this.nextId++;
		this.ids.put(id, this.asked.remove());
		return id;
	}

	/** Ends an id. */
	void drop(long id) {
		this.ids.remove(id);
		this.gone.add(id);
	}

	void say(WatchResponse.Builder message) {
		say(message, () -> {
		});
	}

	void say(WatchResponse.Builder message, Runnable arrived) {
		this.onTheWay.add(new Message(message.build(), arrived));
		deliver();
	}

	private void deliver() {
		while (!this.over && this.requested > 0 && !this.onTheWay.isEmpty()) {
			this.requested--;
			Message next = this.onTheWay.remove();
			this.heardAt = this.clock.getAsLong();
			next.arrived().run();
			this.listener.onMessage(next.response());
		}
	}

	/** Everything that was said has arrived. */
	boolean isDelivered() {
		return this.over || this.onTheWay.isEmpty();
	}

	void end(Status status) {
		this.over = true;
		this.listener.onClose(status, new Metadata());
	}

	@Override
	public void start(ClientCall.Listener<WatchResponse> listener, Metadata headers) {
		this.listener = listener;
		this.streams.add(this);
	}

	@Override
	public void request(int messages) {
		boolean delivering = this.requested > 0;
		this.requested += messages;
		if (!delivering) {
			deliver();
		}
	}

	@Override
	public void cancel(@Nullable String message, @Nullable Throwable cause) {
		this.over = true;
	}

	@Override
	public void halfClose() {
	}

	@Override
	public void sendMessage(WatchRequest request) {
		if (request.hasCreateRequest()) {
			String key = request.getCreateRequest().getKey().toStringUtf8();
			this.asked.add(Integer.parseInt(key.substring(1, key.length() - 1)));
		}
		else if (request.hasCancelRequest()) {
			long id = request.getCancelRequest().getWatchId();
			if (this.ids.containsKey(id)) {
				drop(id);
				say(FakeEtcd.message(id).setCanceled(true));
			}
		}
		else {
			this.signsAsked++;
		}
	}

	private record Message(WatchResponse response, Runnable arrived) {

	}

}
