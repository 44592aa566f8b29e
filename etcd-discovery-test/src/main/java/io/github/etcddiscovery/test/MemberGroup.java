package io.github.etcddiscovery.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.etcddiscovery.test.binaries.Folders;

/**
 * The members of one cluster, and how they are brought up together.
 */
final class MemberGroup {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	/** For one question to a member that is coming up: somebody else may listen there. */
	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final Path etcd;

	private final Function<List<String>, Etcdctl> client;

	private final Path folder;

	private final MemberFlags flags;

	private final Thread cleaner;

	/**
	 * Prepares the members.
	 * @param settings what they should be
	 * @param etcd path of the program
	 * @param client makes a client for some URLs
	 */
	MemberGroup(EtcdSettings settings, Path etcd, Function<List<String>, Etcdctl> client) {
		this.etcd = etcd;
		this.client = client;
		try {
			this.folder = Files.createTempDirectory("etcd-cluster");
		}
		catch (IOException ex) {
			throw new EtcdException("cannot create a folder for etcd's data: " + ex.getMessage(), ex);
		}
		List<EtcdMember> members = IntStream.range(0, settings.members())
			.mapToObj((i) -> new EtcdMember("m" + i, this.folder, settings.proxied()))
			.toList();
		this.flags = MemberFlags.of(settings, this.folder, members);
		// For a JVM that ends without close(); one that crashes leaves it to the
		// watchdogs.
		this.cleaner = new Thread(this::remove, "etcd-cluster-cleaner");
		Runtime.getRuntime().addShutdownHook(this.cleaner);
	}

	List<EtcdMember> members() {
		return this.flags.members();
	}

	/** A client of those that can answer. */
	Etcdctl serving() {
		List<String> urls = members().stream().filter(EtcdMember::isServing).map(this::direct).toList();
		if (urls.isEmpty()) {
			throw new EtcdException("no member of the cluster can answer: all are stopped, frozen or cut off");
		}
		return this.client.apply(urls);
	}

	Etcdctl only(EtcdMember member) {
		return this.client.apply(List.of(direct(member)));
	}

	private String direct(EtcdMember member) {
		return member.direct(this.flags.scheme());
	}

	/** Ids as etcd prints them, by name. */
	Map<String, String> ids() {
		return serving().run("member", "list")
			.lines()
			.map((line) -> line.split(", "))
			.filter((fields) -> fields.length > 2)
			.collect(Collectors.toMap((fields) -> fields[2], (fields) -> fields[0], (first, second) -> first));
	}

	int leader() {
		List<EtcdMember> all = members();
		AtomicInteger leader = new AtomicInteger();
		retry(() -> {
			leader.set(IntStream.range(0, all.size()).filter((i) -> leads(all.get(i))).findFirst().orElse(-1));
			return leader.get() >= 0;
		}, "find a leader");
		return leader.get();
	}

	private boolean leads(EtcdMember member) {
		if (!member.isServing()) {
			return false;
		}
		try {
			String status = only(member).run("endpoint", "status", "--write-out=json");
			return Etcdctl.number("leader", status) == Etcdctl.number("member_id", status);
		}
		catch (EtcdException ex) {
			return false;
		}
	}

	/**
	 * Launches those that do not run, and waits until each of them answers. Without a
	 * majority nobody answers; then it is enough that they are there.
	 */
	void start(List<EtcdMember> which) {
		List<EtcdMember> starting = which.stream().filter((member) -> !member.isRunning()).toList();
		starting.forEach((member) -> launch(member, "new"));
		if (members().stream().filter(EtcdMember::isServing).count() > members().size() / 2) {
			starting.forEach(this::awaitAnswer);
		}
	}

	/** Replaces a member by one that has its name and ports, and no data. */
	void replace(EtcdMember member) {
		member.kill();
		// In 3.4 and 3.5 a change of members is refused for some seconds after a start.
		retry(() -> Optional.ofNullable(ids().get(member.name()))
			.map((id) -> serving().succeeds("member", "remove", id))
			.orElse(true), "remove member " + member.name());
		member.deleteData();
		retry(() -> serving().succeeds("member", "add", member.name(), "--peer-urls=" + member.peer()),
				"add member " + member.name());
		launch(member, "existing");
		awaitAnswer(member);
	}

	private void launch(EtcdMember member, String state) {
		member.launch(this.folder, this.flags.line(member, this.etcd, state));
	}

	/** A member is up when it answers a linearizable read; an open port says nothing. */
	private void awaitAnswer(EtcdMember member) {
		retry(() -> {
			boolean answers = member.accepts()
					&& only(member).within(PATIENCE).succeeds("get", "etcd-discovery/health");
			if (!member.isRunning()) {
				String log = member.logTail();
				String what = "etcd " + member.name() + " ended while starting: " + log;
				throw log.contains("address already in use") ? new PortTakenException(what) : new EtcdException(what);
			}
			return answers;
		}, "read from " + member.name(), member);
	}

	private static void retry(BooleanSupplier attempt, String what, EtcdMember... logged) {
		long deadline = System.nanoTime() + TIMEOUT.toNanos();
		while (!attempt.getAsBoolean()) {
			if (System.nanoTime() > deadline) {
				throw new EtcdException("cannot " + what + " within " + TIMEOUT.toSeconds() + " s"
						+ List.of(logged).stream().map((m) -> ": " + m.logTail()).collect(Collectors.joining()));
			}
			pause();
		}
	}

	private static void pause() {
		try {
			TimeUnit.MILLISECONDS.sleep(10);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new EtcdException("interrupted while waiting for etcd", ex);
		}
	}

	/** Copies the data of all members as of one moment. */
	Path backup() {
		List<EtcdMember> serving = members().stream().filter(EtcdMember::isServing).toList();
		serving.forEach(EtcdMember::freeze);
		try {
			Path copy = Files.createTempDirectory(this.folder, "backup");
			for (EtcdMember member : members()) {
				Folders.copy(member.data(), copy.resolve(member.name()));
			}
			return copy;
		}
		catch (IOException ex) {
			throw new EtcdException("cannot copy etcd's data: " + ex.getMessage(), ex);
		}
		finally {
			serving.forEach(EtcdMember::unfreeze);
		}
	}

	/** Replaces the data of all members, which must not run. */
	void restore(Path backup) {
		for (EtcdMember member : members()) {
			member.deleteData();
			try {
				Folders.copy(backup.resolve(member.name()), member.data());
			}
			catch (IOException ex) {
				throw new EtcdException("cannot put back etcd's data: " + ex.getMessage(), ex);
			}
		}
	}

	void close() {
		remove();
		try {
			Runtime.getRuntime().removeShutdownHook(this.cleaner);
		}
		catch (IllegalStateException ex) {
			// The JVM is ending, and the hook with it.
		}
	}

	private void remove() {
		members().forEach(EtcdMember::close);
		Folders.delete(this.folder);
	}

	/** Somebody else got there first. */
	static final class PortTakenException extends EtcdException {

		PortTakenException(String message) {
			super(message);
		}

	}

}
