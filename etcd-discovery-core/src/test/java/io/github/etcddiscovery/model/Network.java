package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.client.Write.Committed;
import io.github.etcddiscovery.loop.EventLoop;

/**
 * What lies between clients and the member: requests arrive at once, late, after a thaw,
 * or never; answers are tasks of the scheduler, and are lost where the process died.
 */
final class Network {

	private final EventLoop loop;

	private final Faults faults;

	private final LateWrites late;

	private final Map<Call, Integer> calls = new EnumMap<>(Call.class);

	private final Map<Call, Integer> failures = new EnumMap<>(Call.class);

	private final Map<Bytes, Integer> failedWrites = new HashMap<>();

	private final List<Runnable> frozen = new ArrayList<>();

	private boolean down;

	private boolean freezing;

	private int life;

	Network(EventLoop loop, Faults faults) {
		this.loop = loop;
		this.faults = faults;
		this.late = new LateWrites(this::serving, faults.effects);
	}

	long now() {
		return this.loop.now();
	}

	EventLoop loop() {
		return this.loop;
	}

	boolean serving() {
		return !this.down && !this.freezing;
	}

	LateWrites late() {
		return this.late;
	}

	Map<Call, Integer> calls() {
		return this.calls;
	}

	Map<Call, Integer> failures() {
		return this.failures;
	}

	void writeFailed(Bytes key) {
		this.failedWrites.merge(key, 1, Integer::sum);
	}

	int failedWrites(Bytes key) {
		return this.failedWrites.getOrDefault(key, 0);
	}

	boolean isDown() {
		return this.down;
	}

	void down() {
		this.down = true;
		this.freezing = false;
		this.frozen.clear();
		this.late.lose();
		this.life++;
	}

	void up() {
		this.down = false;
	}

	void freeze() {
		this.freezing = true;
	}

	void thaw() {
		this.freezing = false;
		List<Runnable> waiting = List.copyOf(this.frozen);
		this.frozen.clear();
		waiting.forEach((arrival) -> later(Duration.ZERO, arrival));
	}

	<T> CompletableFuture<T> call(Call call, Duration deadline, Supplier<T> request) {
		CompletableFuture<T> answer = new CompletableFuture<>();
		EventLoop.Timer timer = this.loop.schedule(deadline, () -> answer
			.completeExceptionally(new ModelFailure(Kind.UNAVAILABLE, call + ": no answer within " + deadline)));
		var unused = answer.whenComplete((value, failure) -> {
			timer.cancel();
			if (failure != null) {
				this.failures.merge(call, 1, Integer::sum);
			}
		});
		reach(call, () -> {
			if (this.late.holds(call) || (answer.isDone() && this.late.keepsExpired(call))) {
				this.late.take(() -> serve(call, () -> lately(request), answer));
			}
			else if (!answer.isDone()) {
				serve(call, request, answer);
			}
		});
		return answer;
	}

	private <T> T lately(Supplier<T> request) {
		T value = request.get();
		if (value instanceof Committed committed && committed.applied()) {
			this.faults.effects.add(Effect.WRITE_APPLIED_LATE);
		}
		return value;
	}

	private <T> void serve(Call call, Supplier<T> request, CompletableFuture<T> answer) {
		try {
			this.faults.check(call);
			T value = request.get();
			this.faults.checkAnswer(call);
			if (!this.faults.withholds(call)) {
				answer(call, () -> answer.complete(value));
			}
		}
		catch (EtcdDiscoveryException ex) {
			answer(call, () -> answer.completeExceptionally(ex));
		}
	}

	/** A request is sent. */
	void reach(Call call, Runnable arrival) {
		this.calls.merge(call, 1, Integer::sum);
		Duration delay = this.faults.requestDelay(call);
		if (!delay.isZero()) {
			later(delay, () -> arrive(arrival));
		}
		else {
			arrive(arrival);
		}
	}

	private void freeze(Runnable arrival) {
		this.faults.effects.add(Effect.FROZEN);
		this.frozen.add(arrival);
	}

	private void arrive(Runnable arrival) {
		if (this.freezing) {
			freeze(arrival);
		}
		else if (this.down) {
			this.faults.effects.add(Effect.REACHED_NOBODY);
		}
		else {
			arrival.run();
		}
	}

	/** An answer is sent. */
	void answer(Call call, Runnable arrival) {
		answer(this.faults.delay(call), arrival);
	}

	/** An answer, or a message of a stream, is sent and takes some time to arrive. */
	void answer(Duration delay, Runnable arrival) {
		later(delay, arrival);
	}

	private void later(Duration delay, Runnable arrival) {
		int then = this.life;
		this.loop.schedule(delay, () -> {
			if (then == this.life && this.freezing) {
				freeze(arrival);
			}
			else if (then == this.life) {
				arrival.run();
			}
		});
	}

}
