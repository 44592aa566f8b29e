package io.github.etcddiscovery.resolver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.etcddiscovery.file.Saved;
import io.github.etcddiscovery.file.SavedInstance;
import io.github.etcddiscovery.file.SavedRange;
import io.github.etcddiscovery.file.SnapshotFile;
import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;

/** A resolver that begins with a snapshot file which is not to be believed. */
class UnusableSnapshotFileTests {

	private static final SavedRange ALL = new SavedRange(0, null);

	@RegisterExtension
	final LoggedLines log = new LoggedLines("io.github.etcddiscovery");

	@TempDir
	Path folder;

	private final Rig rig = new Rig();

	private Path file() {
		return this.folder.resolve("snapshot");
	}

	private ResolverOptions options(ResolverOptions options) {
		return options.withSnapshotFile(file());
	}

	private String of() {
		return LastKnown.describe(List.of("http://model:2379"), options(ResolverOptions.defaults()));
	}

	/** Writes instance 1 of service a, with another byte at one place. */
	private void write(int place, int value) throws IOException {
		SavedInstance saved = new SavedInstance(Rig.KITEX.key(instance("a", 1)), instance("a", 1), 7, 9);
		SnapshotFile.of(file()).write(of(), new Saved(Duration.ZERO, Map.of(ALL, List.of(saved))));
		byte[] content = Files.readAllBytes(file());
		content[place] = (byte) value;
		Files.write(file(), content);
	}

	@ParameterizedTest
	@CsvSource({ "100, corrupt or cut off", "23, format version 0", "0, no snapshot file" })
	void isOneWarningAndIsReplacedOnceEtcdAnswers(int place, String reason) throws IOException {
		write(place, 0);
		this.rig.put(instance("a", 2));
		this.rig.etcd.down();
		EtcdResolver resolver = this.rig.start(this::options);
		this.rig.advance(Duration.ofMinutes(5));
		assertThat(resolver.snapshot("a").state()).isEqualTo(State.UNREAD);
		assertThat(resolver.services()).isEmpty();
		assertThat(this.log.at("WARN")).filteredOn((line) -> line.contains("snapshot file"))
			.singleElement()
			.asString()
			.contains("is ignored", reason);
		this.rig.etcd.up();
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.2");
		assertThat(SnapshotFile.of(file()).load(of()).ranges().get(ALL)).extracting(SavedInstance::instance)
			.containsExactly(instance("a", 2));
		assertThat(this.log.at("WARN")).filteredOn((line) -> line.contains("snapshot file")).hasSize(1);
	}

	/** Or the places above would say nothing. */
	@Test
	void theSameFileIsServedWhereNoByteIsAnother() throws IOException {
		write(0, 'e');
		this.rig.etcd.down();
		this.rig.start(this::options);
		this.rig.advance(Duration.ofMinutes(5));
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.1");
	}

}
