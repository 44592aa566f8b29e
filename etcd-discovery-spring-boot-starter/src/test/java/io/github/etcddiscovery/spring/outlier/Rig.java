package io.github.etcddiscovery.spring.outlier;

import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.probe.TcpProbe.Answer;
import io.github.etcddiscovery.resolver.DiscoveredInstance;
import io.github.etcddiscovery.resolver.Registered;
import io.github.etcddiscovery.spring.EtcdInstanceList;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;

/**
 * Outlier detection on a clock that a test moves on, with a probe that answers as the
 * test says. Instances of the service {@code echo} are known by their port.
 */
final class Rig {

	static final String ECHO = "echo";

	static final String HOST = "10.0.0.5";

	final Outliers outliers;

	/** What the probe finds at a port; elsewhere it is accepted. */
	final Map<Integer, Answer> found = new HashMap<>();

	/** Ports in the order in which the probe was asked. */
	final List<Integer> asked = new ArrayList<>();

	/** Whether the probe cannot be asked, for want of memory. */
	boolean noMemory;

	private final List<Question> questions = new ArrayList<>();

	private final Map<Integer, DiscoveredInstance> registered = new HashMap<>();

	private long now = 1_000_000_000_000L;

	private long nextBeat = this.now + Outliers.BEAT.toNanos();

	private List<ServiceInstance> listed = List.of();

	Rig(int instances) {
		this(OutlierOptions.defaults(), instances);
	}

	Rig(OutlierOptions options, int instances) {
		this.outliers = new Outliers(options, this::ask, this::now, Runnable::run, () -> {
		});
		list(IntStream.rangeClosed(1, instances).toArray());
		shown();
	}

	static OutlierOptions unprobed() {
		OutlierOptions defaults = OutlierOptions.defaults();
		return new OutlierOptions(defaults.consecutiveFailures(), defaults.statuses(), false, defaults.duration(),
				defaults.maxEjected());
	}

	static OutlierOptions maxEjected(int percent) {
		OutlierOptions defaults = OutlierOptions.defaults();
		return new OutlierOptions(defaults.consecutiveFailures(), defaults.statuses(), defaults.probe(),
				defaults.duration(), percent);
	}

	long now() {
		return this.now;
	}

	/** Where nobody answers the probe waits a second. */
	private void ask(String host, int port, Consumer<Answer> told) {
		if (this.noMemory) {
			throw new OutOfMemoryError("as a test says");
		}
		this.asked.add(port);
		Answer answer = this.found.getOrDefault(port, Answer.ACCEPTED);
		if (answer == Answer.NO_ANSWER) {
			this.questions.add(new Question(this.now + Duration.ofSeconds(1).toNanos(), port, told));
		}
		else {
			told.accept(answer);
		}
	}

	/** Lists the instances at these ports, as they were registered. */
	void list(int... ports) {
		List<DiscoveredInstance> instances = IntStream.of(ports)
			.mapToObj((port) -> this.registered.computeIfAbsent(port,
					(key) -> Registered.before(Instance.of(ECHO, HOST, key))))
			.toList();
		this.listed = EtcdInstanceList.of(ECHO, Registered.snapshot(ECHO, instances));
	}

	List<ServiceInstance> listed() {
		return this.listed;
	}

	DiscoveredInstance registered(int port) {
		return this.registered.get(port);
	}

	/** Its value changes, so that there is another list. */
	void registerAnotherAt(int port) {
		int[] ports = this.listed.stream().mapToInt(ServiceInstance::getPort).toArray();
		this.registered.put(port, Registered.at(Instance.of(ECHO, HOST, port).withWeight(77), this.now));
		list(ports);
	}

	List<ServiceInstance> chosenFrom() {
		return this.outliers.withoutEjected(ECHO, this.listed);
	}

	/** Ports of those that may be chosen. */
	List<Integer> shown() {
		return chosenFrom().stream().map(ServiceInstance::getPort).toList();
	}

	ServiceInstance at(int port) {
		return this.listed.stream().filter((instance) -> instance.getPort() == port).findFirst().orElseThrow();
	}

	/** An instance of another registry. */
	@SuppressWarnings("NullAway") // Some registries have instances without a host.
	static ServiceInstance foreign(String service, @Nullable String host, int port) {
		return new DefaultServiceInstance(service + port, service, host, port, false, Map.of());
	}

	/** From now on it refuses, which one call meets. */
	void kill(int port) {
		this.found.put(port, Answer.REFUSED);
		call(port, Outcome.UNREACHABLE);
	}

	/** Two calls to it get no answer in time. */
	void freeze(int port) {
		Call first = begin(port);
		Call second = begin(port);
		advanceSeconds(1);
		end(first, Outcome.READ_TIMED_OUT);
		end(second, Outcome.READ_TIMED_OUT);
	}

	/** A call begins. */
	Call begin(int port) {
		Call call = new Call(at(port), this.now);
		this.outliers.began(call.chosen(), call.startedAt());
		return call;
	}

	/** Calls begin now and end at once. */
	void call(int port, Outcome... outcomes) {
		for (Outcome outcome : outcomes) {
			end(begin(port), outcome);
		}
	}

	void call(int times, int port, Outcome outcome) {
		for (int i = 0; i < times; i++) {
			call(port, outcome);
		}
	}

	void end(Call call, Outcome outcome) {
		boolean thrown = outcome == Outcome.UNREACHABLE;
		this.outliers.ended(call.chosen(), call.startedAt(), outcome,
				thrown ? new IllegalStateException("I/O error", new ConnectException("Connection refused")) : null);
	}

	/**
	 * Moves time on, by at most what is left to the next thing that happens by itself.
	 */
	void advance(Duration time) {
		long target = this.now + time.toNanos();
		while (this.now < target) {
			this.now = Math.min(target, Math.min(this.nextBeat, nextAnswer()));
			for (Question due : this.questions.stream().filter((question) -> question.dueAt() <= this.now).toList()) {
				this.questions.remove(due);
				due.told().accept(this.found.getOrDefault(due.port(), Answer.ACCEPTED));
			}
			if (this.now == this.nextBeat) {
				this.nextBeat += Outliers.BEAT.toNanos();
				this.outliers.beat();
			}
		}
	}

	private long nextAnswer() {
		return this.questions.stream().mapToLong(Question::dueAt).min().orElse(Long.MAX_VALUE);
	}

	void advanceSeconds(long seconds) {
		advance(Duration.ofSeconds(seconds));
	}

	/** A call under way. */
	record Call(ServiceInstance chosen, long startedAt) {

	}

	private record Question(long dueAt, int port, Consumer<Answer> told) {

	}

}
