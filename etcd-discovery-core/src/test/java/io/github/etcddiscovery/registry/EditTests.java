package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Backup;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What somebody else changes in our key becomes the instance's.
 */
class EditTests {

	private static final String KRATOS_KEY = "/microservices/echo/echo:10.0.0.5:8888";

	private static final RegistryOptions DEFAULTS = RegistryOptions.defaults();

	private final RegistryRig rig = new RegistryRig(DEFAULTS.withEdits(true, Set.of("management.port")));

	private final Registration registration = this.rig.registered();

	@Test
	void anotherWeightBecomesTheInstancesAndIsNotWrittenAgain() {
		this.rig.etcd.resetCalls();
		edit(7, "null");

		assertThat(this.registration.instance().weight()).isEqualTo(7);
		assertThat(this.registration.edited()).containsExactly("weight");
		assertThat(this.rig.value()).contains("\"weight\":7");
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isZero();
		assertThat(this.rig.transitions).containsExactly("REGISTERED");
	}

	@Test
	void anEditIsOneLineWithoutValuesOfTags() {
		try (LoggedLines lines = new LoggedLines(EtcdRegistry.class.getName())) {
			edit(7, "{\"token\":\"secret\"}");
			this.rig.advanceSeconds(120);
			assertThat(lines.at("INFO")).singleElement()
				.satisfies((line) -> assertThat(line).contains("[token, weight]", RegistryRig.KEY)
					.doesNotContain("secret"));
		}
	}

	@Test
	void anEditIsKeptThroughALossOfTheLeaseAndAWipedStore() {
		edit(7, "{\"zone\":\"b\"}");
		this.registration.suspend();
		this.rig.run();
		this.registration.resume();
		this.rig.run();
		assertThat(this.rig.value()).contains("\"weight\":7", "\"zone\":\"b\"");
		this.rig.etcd.revoke(this.rig.lease());
		this.rig.advanceSeconds(1);
		assertThat(this.rig.value()).contains("\"weight\":7", "\"zone\":\"b\"");
		this.rig.etcd.wipe();
		this.rig.advanceSeconds(6);

		assertThat(this.rig.value()).contains("\"weight\":7", "\"zone\":\"b\"");
		assertThat(this.registration.edited()).containsExactly("weight", "zone");
	}

	@Test
	void whatSaysHowToCallUsAndWhoWeAreStaysOurs() {
		Map<String, String> own = Map.of("secure", "true", "scheme", "grpcs", "instance-id", "me", "grpc.port", "9090",
				"management.port", "9091");
		update(this.registration.instance().withTags(own).withTag("version", "1"));
		edit(10, "{\"zone\":\"b\",\"scheme\":\"http\",\"instance-id\":\"you\"}");

		assertThat(this.registration.instance().tags()).containsAllEntriesOf(own)
			.containsEntry("zone", "b")
			.doesNotContainKey("version");
		assertThat(this.rig.value()).contains("\"secure\":\"true\"", "\"instance-id\":\"me\"", "\"zone\":\"b\"");
		assertThat(this.registration.edited()).containsExactly("version", "zone");
	}

	@Test
	void theLastWriterOfAFieldWins() {
		edit(7, "{\"zone\":\"b\"}");
		this.registration.update((instance) -> instance.withWeight(8));
		this.rig.run();
		assertThat(this.rig.value()).contains("\"weight\":8", "\"zone\":\"b\"");
		assertThat(this.registration.edited()).containsExactly("zone");
		edit(9, "{\"zone\":\"b\"}");

		assertThat(this.registration.instance().weight()).isEqualTo(9);
		assertThat(this.registration.edited()).containsExactly("weight", "zone");
	}

	@Test
	void anUpdateThatIsNotCommittedYetWinsOverAnEditOfTheSameField() {
		this.rig.etcd.delayRequests(Call.COMMIT, Duration.ofMillis(20));
		this.registration.update((instance) -> instance.withWeight(8));
		this.rig.run();
		edit(7, "{\"zone\":\"b\"}");
		this.rig.advanceSeconds(1);

		assertThat(this.rig.value()).contains("\"weight\":8", "\"zone\":\"b\"");
	}

	@Test
	void anUpdateAfterAnEditIsNotUndoneWhileNothingCanBeWritten() {
		edit(7, "null");
		this.rig.etcd.full(true);
		this.registration.update((instance) -> instance.withWeight(10));
		this.rig.advanceSeconds(60);
		this.rig.etcd.full(false);
		this.rig.advanceSeconds(31);

		assertThat(this.rig.value()).contains("\"weight\":10");
	}

	@Test
	void anUpdateWithoutAnswerIsNoEditAlsoWhereItIsAppliedLate() {
		this.rig.etcd.withhold(Call.COMMIT, 1);
		this.registration.update((instance) -> instance.withWeight(8));
		this.rig.run();
		this.registration.update((instance) -> instance.withWeight(10));
		this.rig.advanceSeconds(10);

		assertThat(this.rig.value()).contains("\"weight\":10");
		assertThat(this.registration.edited()).isEmpty();
	}

	/** It is found as wanted there, and never written. */
	@Test
	void anEditInAStoreThatWasRestoredIsOneToo() {
		Backup backup = Backup.of(this.rig.etcd);
		this.rig.etcd.put("some/other", "so that the revision goes back");
		this.rig.advanceSeconds(12);
		backup.restore();
		this.rig.advanceSeconds(31);
		this.rig.etcd.resetCalls();
		edit(7, "null");

		assertThat(this.registration.instance().weight()).isEqualTo(7);
		assertThat(this.rig.etcd.calls(Call.COMMIT)).isZero();
	}

	@Test
	void anEditThatNoWatchSawIsFoundByTheNextRead() {
		this.rig.etcd.muteStreams(true);
		edit(7, "null");
		this.rig.etcd.cutStreams(Kind.UNAVAILABLE);
		this.rig.etcd.muteStreams(false);
		this.rig.advanceSeconds(31);

		assertThat(this.registration.instance().weight()).isEqualTo(7);
	}

	@Test
	void whatDoesNotDecodeAndWhatIsOfAnotherAddressIsPutBack() {
		this.rig.etcd.edit(RegistryRig.KEY, "{");
		this.rig.run();
		assertThat(this.rig.value()).contains("\"weight\":10");
		this.rig.etcd.edit(RegistryRig.KEY, value("10.0.0.6:8888", 7, "null"));
		this.rig.run();

		assertThat(this.rig.value()).contains("10.0.0.5:8888", "\"weight\":10");
		assertThat(this.registration.instance()).isEqualTo(RegistryRig.ECHO);
		assertThat(this.registration.state()).isEqualTo(RegistrationState.REGISTERED);
	}

	@Test
	void moreThanThreeTimesInAMinuteItIsPutBackOncePerTtlAndThatIsOneError() {
		try (LoggedLines lines = new LoggedLines(EtcdRegistry.class.getName())) {
			for (int i = 0; i < 3; i++) {
				this.rig.etcd.edit(RegistryRig.KEY, "{");
				this.rig.run();
				assertThat(this.rig.value()).as("edit " + (i + 1)).contains("\"weight\":10");
			}
			for (int i = 0; i < 3; i++) {
				this.rig.etcd.edit(RegistryRig.KEY, "{");
				this.rig.advanceSeconds(7);
				this.rig.etcd.edit(RegistryRig.KEY, "{ ");
				this.rig.advanceSeconds(7.8);
				assertThat(this.rig.value()).as("within the pause").isEqualTo("{ ");
				this.rig.advanceSeconds(0.5);
				assertThat(this.rig.value()).as("after the pause").contains("\"weight\":10");
			}
			assertThat(lines.at("ERROR")).hasSize(1);
			assertThat(lines.at("WARN")).hasSize(3);
		}
	}

	@Test
	void aPutWithoutTheLeaseIsPutBackWithOneWarningThatSaysHowToEdit() {
		try (LoggedLines lines = new LoggedLines(EtcdRegistry.class.getName())) {
			for (int i = 0; i < 2; i++) {
				this.rig.etcd.put(RegistryRig.KEY, value("10.0.0.5:8888", 7, "null"));
				this.rig.advanceSeconds(1);
				assertThat(this.rig.value()).contains("\"weight\":10");
				assertThat(this.rig.entry().lease()).isEqualTo(this.rig.lease());
			}
			assertThat(lines.at("WARN")).singleElement()
				.satisfies((line) -> assertThat(line).contains("etcdctl put --ignore-lease", RegistryRig.KEY));
		}
	}

	@Test
	void nothingIsTakenOverWhereEditsAreNotAccepted() {
		RegistryRig refusing = new RegistryRig(DEFAULTS.withEdits(false, Set.of()));
		Registration own = refusing.registered();
		refusing.etcd.edit(RegistryRig.KEY, value("10.0.0.5:8888", 7, "null"));
		refusing.run();

		assertThat(refusing.value()).contains("\"weight\":10");
		assertThat(own.instance()).isEqualTo(RegistryRig.ECHO);
	}

	@Test
	void aWeightThatNobodyCanHaveIsTheDefault() {
		this.registration.update((instance) -> instance.withWeight(20));
		this.rig.run();
		edit(0, "null");
		assertThat(this.registration.instance().weight()).isEqualTo(10);
	}

	@Test
	void anEditOfOneLayoutReachesTheOthers() {
		RegistryRig both = new RegistryRig(DEFAULTS.withLayouts(Layout.kitex(), Layout.of(InstanceCodec.kratos()),
				Layout.of(InstanceCodec.plain())));
		Registration own = both.registered();
		String kratos = both.etcd.entry(KRATOS_KEY).value().strictUtf8();
		both.etcd.edit(KRATOS_KEY,
				kratos.replace("\"metadata\":null", "\"metadata\":{\"weight\":\"7\",\"zone\":\"b\"}"));
		both.run();

		assertThat(own.instance()).isEqualTo(RegistryRig.ECHO.withWeight(7).withTag("zone", "b"));
		assertThat(both.value()).contains("\"weight\":7", "\"zone\":\"b\"");
		assertThat(both.etcd.entry(KRATOS_KEY).value().strictUtf8()).contains("\"weight\":\"7\"", "\"zone\":\"b\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "kitex", "hertz", "grpc", "kratos" })
	void everyFormatWithWeightsAndTagsTakesThemOver(String format) {
		InstanceCodec codec = InstanceCodec.all()
			.stream()
			.filter((one) -> one.format().equals(format))
			.findFirst()
			.get();
		RegistryRig other = new RegistryRig(DEFAULTS.withLayouts(Layout.of(codec)));
		Registration own = other.registered();
		Instance edited = RegistryRig.ECHO.withWeight(7).withTag("zone", "b");
		other.etcd.edit(own.keys().get(0).key(), codec.value(edited).strictUtf8());
		other.run();
		assertThat(own.instance()).isEqualTo(edited);
		other.etcd.edit(own.keys().get(0).key(), codec.value(RegistryRig.ECHO).strictUtf8());
		other.run();

		assertThat(own.instance()).as("and gives them up").isEqualTo(RegistryRig.ECHO);
	}

	@Test
	void anEditInAFormatWithoutWeightsChangesNothing() {
		RegistryRig plain = new RegistryRig(DEFAULTS.withLayouts(Layout.of(InstanceCodec.plain())));
		Registration own = plain.registered();
		String key = own.keys().get(0).key();
		plain.etcd.edit(key, "10.0.0.5:8888 7\n");
		plain.etcd.edit(key, "http://10.0.0.5:8888/?weight=7");
		plain.run();

		assertThat(own.instance()).isEqualTo(RegistryRig.ECHO);
		assertThat(own.edited()).isEmpty();
		assertThat(plain.etcd.entry(key).value().strictUtf8()).isEqualTo("10.0.0.5:8888");
	}

	private void update(Instance instance) {
		this.registration.update((before) -> instance);
		this.rig.run();
	}

	private void edit(int weight, String tags) {
		this.rig.etcd.edit(RegistryRig.KEY, value("10.0.0.5:8888", weight, tags));
		this.rig.run();
	}

	private static String value(String address, int weight, String tags) {
		return "{\"network\":\"tcp\",\"address\":\"" + address + "\",\"weight\":" + weight + ",\"tags\":" + tags + "}";
	}

}
