package io.github.etcddiscovery.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.github.etcddiscovery.test.EtcdCluster;
import io.github.etcddiscovery.test.EtcdSettings;
import io.github.etcddiscovery.test.binaries.EtcdBinaries;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The model answers as a real etcd does: what is proved on it is worth something. Beside
 * the etcd that the build has found, the versions in the folders that {@code ETCD_BINS}
 * names, with colons between them, are compared with the model one after the other.
 * <p>
 * Not compared here, because no client can bring it about at a moment of its choice, but
 * proved on a real etcd: that a leader without quorum lists the keys of a lease
 * ({@code LeaseListIT#whatALeaderWithoutQuorumSaysOfTheLeaseChangesNothing}), and when a
 * stream is silent ({@code SilenceIT}): while one of its watches is not in step, from 3.5
 * on, and while etcd stands still; and that a process needs no more streams than there
 * are ({@code StreamsIT}).
 */
class ModelEtcdIT {

	static Stream<EtcdBinaries> theFoundOne() {
		return Stream.of(EtcdBinaries.find());
	}

	static Stream<EtcdBinaries> allVersions() {
		String folders = System.getenv("ETCD_BINS");
		return (folders == null) ? theFoundOne()
				: Stream.of(folders.split(":")).map((folder) -> EtcdBinaries.in(Path.of(folder)));
	}

	@ParameterizedTest
	@MethodSource("theFoundOne")
	void theSameOperationsHaveTheSameAnswers(EtcdBinaries binaries) {
		compare(binaries, 1, 1);
	}

	@Tag("long")
	@ParameterizedTest
	@MethodSource("allVersions")
	void theSameOperationsHaveTheSameAnswersInEveryVersion(EtcdBinaries binaries) {
		compare(binaries, 15, 5);
	}

	@ParameterizedTest
	@MethodSource("allVersions")
	void aRestoreThatNoRevisionTellsOfLeavesTheSame(EtcdBinaries binaries) throws IOException {
		try (EtcdCluster etcd = EtcdCluster.create(
				EtcdSettings.defaults().withBinaries(binaries).withFlag("initial-cluster-token", SnapshotTool.TOKEN))
			.start()) {
			new RestoreScript(etcd).play();
		}
	}

	@ParameterizedTest
	@MethodSource("allVersions")
	void aWriteThatComesLateDoesTheSameWhateverHasOvertakenIt(EtcdBinaries binaries) {
		try (EtcdCluster etcd = EtcdCluster.create(EtcdSettings.defaults().withBinaries(binaries)).start()) {
			LateWriteScript.playAll(etcd);
		}
	}

	@ParameterizedTest
	@MethodSource("allVersions")
	void whatBefallsOneWatchOfAStreamIsToldToThatOneAlone(EtcdBinaries binaries) {
		try (EtcdCluster etcd = EtcdCluster
			.create(EtcdSettings.defaults().withBinaries(binaries).withRootPassword("root"))
			.start()) {
			ForbiddenKeysScript.createUser(etcd);
			new StreamScript(etcd).play();
		}
	}

	private static void compare(EtcdBinaries binaries, int scripts, int forbiddenKeysScripts) {
		EtcdSettings settings = EtcdSettings.defaults().withBinaries(binaries);
		try (EtcdCluster etcd = EtcdCluster.create(settings).start()) {
			for (int seed = 1; seed <= scripts; seed++) {
				new Script(seed, etcd).play(250);
			}
			etcd.auth().enable("root");
			ForbiddenKeysScript.createUser(etcd);
			for (int seed = 1; seed <= forbiddenKeysScripts; seed++) {
				new ForbiddenKeysScript(seed, etcd).play(120);
			}
		}
	}

}
