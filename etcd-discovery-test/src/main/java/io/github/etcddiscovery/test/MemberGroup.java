package io.github.etcddiscovery.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.etcddiscovery.test.binaries.EtcdBinaries;
import io.github.etcddiscovery.test.binaries.Folders;

/**
 * The members of one cluster, and how they are brought up together.
 */
final class MemberGroup {

	private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

	private final EtcdBinaries binaries;

	private final Path folder;

	private final MemberFlags flags;

	MemberGroup(EtcdSettings settings, EtcdBinaries binaries) {
		this.binaries = binaries;
		try {
			this.folder = Files.createTempDirectory("etcd-cluster");
		}
		catch (IOException ex) {
			throw new EtcdException("cannot create a folder for etcd's data: " + ex.getMessage(), ex);
		}
		List<EtcdMember> members = IntStream.range(0, settings.members())
			.mapToObj((i) -> new EtcdMember("m" + i, this.folder, settings.proxied()))
			.toList();
		this.flags = new MemberFlags(settings, UUID.randomUUID().toString(), members);
	}

	List<EtcdMember> members() {
		return this.flags.members();
	}

	EtcdMember member(int index) {
		return members().get(index);
	}

	/** Launches those that do not run, and waits until each of them answers. */
	void start() {
		List<EtcdMember> starting = members().stream().filter((member) -> !member.isRunning()).toList();
		starting.forEach((member) -> launch(member, "new"));
		starting.forEach(this::awaitAnswer);
	}

	void start(EtcdMember member) {
		launch(member, "new");
		// Without a majority nobody answers; then it is enough that it is there.
		if (members().stream().filter(EtcdMember::isRunning).count() > members().size() / 2) {
			awaitAnswer(member);
		}
	}

	private void launch(EtcdMember member, String state) {
		member.launch(this.folder, this.flags.of(member, this.binaries.etcd().toString(), state));
	}

	/** A member is up when it answers a linearizable read; an open port says nothing. */
	private void awaitAnswer(EtcdMember member) {
		Etcdctl etcdctl = new Etcdctl(this.binaries, List.of(member.direct("http")), Duration.ofSeconds(2));
		long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
		while (!member.accepts() || !etcdctl.succeeds("get", "etcd-discovery/health")) {
			if (!member.isRunning()) {
				throw new EtcdException("etcd " + member.name() + " ended while starting: " + member.logTail());
			}
			if (System.nanoTime() > deadline) {
				throw new EtcdException("etcd " + member.name() + " did not answer a read within "
						+ START_TIMEOUT.toSeconds() + " s: " + member.logTail());
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
			throw new EtcdException("interrupted while etcd was starting", ex);
		}
	}

	void close() {
		members().forEach(EtcdMember::close);
		Folders.delete(this.folder);
	}

}
