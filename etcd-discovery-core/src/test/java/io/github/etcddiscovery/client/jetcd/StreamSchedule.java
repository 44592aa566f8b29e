package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;

import io.etcd.jetcd.api.WatchResponse;
import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.grpc.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One schedule drawn at random: watches are opened and closed, etcd answers, refuses,
 * splits, cancels, ends streams or says nothing, the owner applies late, and time goes
 * on.
 */
final class StreamSchedule {

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private static final int STEPS = 40;

	private static final int MOST_WATCHES = 6;

	private static final List<String> REFUSALS = List.of("etcdserver: permission denied",
			"etcdserver: invalid auth token", "etcdserver: too many watches");

	private final Random random;

	private final StreamScheduleRig rig;

	private final Queue<Runnable> owner = new ArrayDeque<>();

	private final SharedWatches watches;

	private final List<ScheduledWatch> all = new ArrayList<>();

	/** When a stream was asked for a sign of life last. */
	private final Map<ScriptedStream, Long> askedAt = new HashMap<>();

	private long revision = 100;

	/** How often the silence of a stream may be judged by a read. */
	private int judgements;

	StreamSchedule(long seed, StreamScheduleRig rig) {
		this.random = new Random(seed);
		this.rig = rig;
		this.watches = rig.watches(this.owner::add);
	}

	void play() {
		for (int i = 0; i < STEPS; i++) {
			step();
			this.rig.answered();
			look();
		}
		settle();
		expectEndsAndNothingElse();
		this.watches.close();
		settle();
		assertThat(this.rig.etcd.streams()).allMatch(ScriptedStream::isOver);
	}

	private void step() {
		switch (this.random.nextInt(12)) {
			case 0, 1 -> open();
			case 2 -> close();
			case 3, 4 -> answerCreate();
			case 5, 6 -> change();
			case 7 -> cancel();
			case 8 -> endStream();
			case 9 -> advance();
			case 10 -> read();
			default -> apply(1 + this.random.nextInt(4));
		}
	}

	private void open() {
		if (this.all.stream().filter(ScheduledWatch::isWanted).count() < MOST_WATCHES) {
			long from = (this.random.nextInt(4) == 0) ? 1_000_000 : 1;
			ScheduledWatch watch = new ScheduledWatch(this.all.size(), this.rig.time.now(), from > 1);
			this.all.add(watch);
			watch.watch = this.watches.watch(KeyRange.prefix(Bytes.utf8("w" + watch.number + "/")), from, watch);
		}
	}

	private void close() {
		List<ScheduledWatch> wanted = this.all.stream().filter(ScheduledWatch::isWanted).toList();
		if (!wanted.isEmpty()) {
			ScheduledWatch watch = oneOf(wanted);
			watch.closed = true;
			watch.watch.close();
		}
	}

	private List<ScriptedStream> streams() {
		return this.rig.etcd.streams().stream().filter((stream) -> !stream.isOver()).toList();
	}

	private void answerCreate() {
		List<ScriptedStream> asked = streams().stream().filter((stream) -> !stream.asked().isEmpty()).toList();
		if (asked.isEmpty()) {
			return;
		}
		ScriptedStream stream = oneOf(asked);
		int what = this.random.nextInt(10);
		if (what < REFUSALS.size()) {
			ScheduledWatch watch = this.all.get(stream.asked().remove());
			stream.say(FakeEtcd.refused(REFUSALS.get(what)), () -> watch.endedByEtcd = true);
		}
		else {
			accept(stream);
		}
	}

	private void accept(ScriptedStream stream) {
		int number = stream.asked().peek();
		WatchResponse.Builder created = FakeEtcd.created(stream.accept());
		created.getHeaderBuilder().setRevision(ScheduledWatch.CONFIRMED + number);
		stream.say(created);
	}

	/** Tells of one revision in up to three parts, or of an id that does not stand. */
	private void change() {
		List<ScriptedStream> open = streams();
		if (open.isEmpty()) {
			return;
		}
		ScriptedStream stream = oneOf(open);
		this.revision++;
		if (stream.ids().isEmpty() || this.random.nextInt(8) == 0) {
			stream.say(FakeEtcd.events(oneOf(stream.gone()), FakeEtcd.put("w0/stale", this.revision)));
			return;
		}
		long id = oneOf(List.copyOf(stream.ids().keySet()));
		ScheduledWatch watch = this.all.get(stream.ids().get(id));
		int parts = 1 + this.random.nextInt(3);
		for (int part = 1; part <= parts; part++) {
			WatchResponse.Builder message = FakeEtcd.events(id,
					FakeEtcd.put("w" + watch.number + "/" + part, this.revision));
			int soFar = part;
			long at = this.revision;
			stream.say((part < parts) ? FakeEtcd.continued(message) : message, () -> {
				if (soFar == parts && stream.ids().containsKey(id)) {
					for (int i = 0; i < parts; i++) {
						watch.arrived.add(at);
					}
				}
			});
		}
	}

	private <T> T oneOf(List<T> list) {
		return list.get(this.random.nextInt(list.size()));
	}

	private void cancel() {
		for (ScriptedStream stream : streams()) {
			if (!stream.ids().isEmpty() && stream.isDelivered()) {
				long id = oneOf(List.copyOf(stream.ids().keySet()));
				ScheduledWatch watch = this.all.get(stream.ids().get(id));
				stream.drop(id);
				WatchResponse.Builder message = FakeEtcd.message(id).setCanceled(true);
				boolean compacted = this.random.nextBoolean();
				stream.say(compacted
						? message.setCancelReason("etcdserver: mvcc: required revision has been compacted")
							.setCompactRevision(this.random.nextBoolean() ? 0 : 90)
						: message.setCancelReason("etcdserver: no leader"), () -> watch.endedByEtcd = true);
				return;
			}
		}
	}

	private void endStream() {
		List<ScriptedStream> open = streams();
		if (!open.isEmpty() && this.random.nextInt(3) == 0) {
			ScriptedStream stream = oneOf(open);
			stream.ids().values().forEach((number) -> this.all.get(number).endedByEtcd = true);
			stream.asked().forEach((number) -> this.all.get(number).endedByEtcd = true);
			stream.end(this.random.nextBoolean() ? Status.OK : Status.UNAVAILABLE.withDescription("no leader"));
		}
	}

	private void advance() {
		int seconds = List.of(1, 2, 4, 31).get(this.random.nextInt(4));
		for (int i = 0; i < seconds; i++) {
			this.rig.time.advance(Duration.ofSeconds(1));
			this.rig.answered();
			look();
			streams().stream()
				.filter((stream) -> this.askedAt.getOrDefault(stream, -1L) == this.rig.time.now())
				.filter((stream) -> this.random.nextBoolean())
				.forEach((stream) -> stream.say(FakeEtcd.message(-1)));
			if (this.random.nextInt(3) == 0) {
				read();
			}
		}
	}

	/** Counts what is asked for, and makes sure that what has ended had a reason to. */
	private void look() {
		long now = this.rig.time.now();
		for (ScriptedStream stream : this.rig.etcd.streams()) {
			int signs = stream.signsAsked();
			if (signs > 0) {
				assertThat(signs).as("signs of life that were asked for at once").isEqualTo(1);
				Long before = this.askedAt.put(stream, now);
				assertThat(before == null || now - before >= 30 * SECOND).as("asked once in 30 s").isTrue();
				assertThat(now - stream.heardAt()).as("silent before it is asked").isGreaterThanOrEqualTo(29 * SECOND);
				this.judgements++;
			}
		}
	}

	private void read() {
		ScriptedEtcd.Read<?, ?> read = this.rig.etcd.nextRead();
		if (read != null) {
			if (read.isOfRevision()) {
				assertThat(--this.judgements).as("one read for each question").isNotNegative();
			}
			if (this.random.nextInt(4) == 0) {
				read.refuse();
			}
			else if (read.isOfRevision()) {
				judge(read);
			}
			else {
				read.answer(this.revision);
			}
		}
	}

	/** A stream may be silent where one of its watches begins above the revision. */
	private void judge(ScriptedEtcd.Read<?, ?> read) {
		List<ScriptedStream> judged = streams().stream()
			.filter((stream) -> stream.ids().containsValue(read.watch()) && stream.isDelivered())
			.toList();
		read.answer(this.revision);
		for (ScriptedStream stream : judged) {
			boolean heard = stream.heardAt() > this.askedAt.get(stream);
			boolean mayBeSilent = stream.ids().values().stream().anyMatch((number) -> this.all.get(number).beginsAbove);
			assertThat(stream.isOver()).as("ended for its silence").isEqualTo(!heard && !mayBeSilent);
		}
	}

	private void apply(int tasks) {
		for (int i = 0; i < tasks && !this.owner.isEmpty(); i++) {
			this.owner.remove().run();
		}
	}

	/** Everything that is asked is answered, and everything told applied. */
	private void settle() {
		for (int i = 0; i < 20; i++) {
			streams().forEach((stream) -> {
				while (!stream.asked().isEmpty() && !stream.isOver()) {
					accept(stream);
				}
			});
			ScriptedEtcd.Read<?, ?> read = this.rig.etcd.nextRead();
			while (read != null) {
				read.answer(this.revision);
				read = this.rig.etcd.nextRead();
			}
			apply(Integer.MAX_VALUE);
			this.rig.answered();
		}
		assertThat(streams()).allMatch(ScriptedStream::isDelivered);
	}

	private void expectEndsAndNothingElse() {
		long now = this.rig.time.now();
		for (ScheduledWatch watch : this.all) {
			watch.expectEverythingTold();
			long places = streams().stream()
				.flatMap((stream) -> stream.ids().values().stream())
				.filter((number) -> number == watch.number)
				.count();
			assertThat(places)
				.as("places of watch %s, which %s", watch.number, watch.isWanted() ? "is wanted" : "is over")
				.isEqualTo(watch.isWanted() ? 1 : 0);
			if (watch.end != null && !watch.endedByEtcd) {
				assertThat(watch.end.getMessage()).containsAnyOf("has not confirmed", "nothing came for");
				assertThat(this.all).as("what its stream may have ended for")
					.anyMatch((other) -> now - other.openedAt >= 3 * SECOND);
			}
		}
	}

}
