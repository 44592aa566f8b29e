package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;

class BadEntriesTests {

	private static final String PREFIX = "kitex/registry-etcd/";

	@RegisterExtension
	final LoggedLines log = new LoggedLines(EtcdResolver.class.getName());

	private final Rig rig = new Rig();

	@Test
	void aBadEntryIsLeftOutAndCountedAndTheOthersAreServed() {
		this.rig.put(instance("a", 1));
		this.rig.etcd.put(PREFIX + "a/10.0.0.2:1", "no JSON");
		this.rig.etcd.put(Bytes.utf8(PREFIX + "a/10.0.0.3:1"), Bytes.of(new byte[2_000_000]));
		this.rig.etcd.put(PREFIX + "a/x", "{\"network\":\"tcp\",\"address\":\"evil:80/path@\"}");
		byte[] key = Bytes.utf8(PREFIX + "a/?").toByteArray();
		key[key.length - 1] = (byte) 0xff;
		this.rig.etcd.put(Bytes.of(key), Bytes.utf8("{}"));
		this.rig.put(instance("b", 1));
		EtcdResolver resolver = this.rig.started();
		assertThat(resolver.instances("a")).containsExactly(instance("a", 1));
		assertThat(resolver.instances("b")).hasSize(1);
		assertThat(this.rig.rejected).containsExactlyInAnyOrder("malformed", "too_large", "address", "encoding");
	}

	@Test
	void anEntryThatTurnsBadGoesAndComesBackWhenItIsGoodAgain() {
		this.rig.put(instance("a", 1));
		this.rig.put(instance("a", 2));
		EtcdResolver resolver = this.rig.started();
		this.rig.etcd.put(PREFIX + "a/10.0.0.1:8888", "no JSON");
		this.rig.run();
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.2");
		this.rig.put(instance("a", 1));
		this.rig.run();
		assertThat(resolver.instances("a")).hasSize(2);
	}

	@Test
	void aBadEntryIsCountedOnceForEachTimeItIsWritten() {
		this.rig.etcd.put(PREFIX + "a/1", "no JSON");
		this.rig.started();
		this.rig.advance(Duration.ofMinutes(30));
		assertThat(this.rig.resyncs).hasSizeGreaterThan(3);
		assertThat(this.rig.rejected).hasSize(1);
		this.rig.etcd.put(PREFIX + "a/1", "no JSON");
		this.rig.run();
		assertThat(this.rig.rejected).hasSize(2);
	}

	@Test
	void theLogNamesTheEscapedKeyAndNeverTheValue() {
		this.rig.started();
		this.rig.etcd.put(PREFIX + "a/\n\u202e", "canary-secret");
		this.rig.run();
		assertThat(this.log.at("WARN")).singleElement()
			.asString()
			.contains("a/\\x0a\\xe2\\x80\\xae", "malformed")
			.doesNotContain("canary")
			.matches("\\p{Print}+");
	}

	@Test
	void theLogNamesTheMemberThatIsToBlame() {
		this.rig.etcd.put(PREFIX + "a/z", "{\"network\":\"tcp\",\"weight\":\"canary\"}");
		this.rig.started();
		assertThat(this.log.at("WARN")).singleElement()
			.asString()
			.contains("a/z (its weight): malformed")
			.doesNotContain("canary");
	}

	/** Whoever repairs the first would not know of the others. */
	@Test
	void thoseThatAreBadBesideTheOneNamedAreNamedAMinuteLater() {
		for (String key : List.of("w", "x", "x", "z")) {
			this.rig.etcd.put(PREFIX + "a/" + key, "no JSON");
		}
		this.rig.started();
		this.rig.etcd.put(PREFIX + "a/z", "no JSON either");
		this.rig.run();
		assertThat(this.log.at("WARN")).singleElement().asString().contains("a/w").doesNotContain("a/x", "a/z");
		this.rig.advance(Duration.ofMinutes(30));
		assertThat(this.log.at("WARN")).hasSize(2)
			.last()
			.asString()
			.contains("a/x, ", "a/z: malformed")
			.doesNotContain("a/w", "more");
	}

	@Test
	void oneThatIsNamedAndBadOnceMoreIsNotOneMore() {
		this.rig.started();
		for (int i : List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 1)) {
			this.rig.etcd.put(PREFIX + "a/" + i, "no JSON");
		}
		this.rig.advance(Duration.ofSeconds(61));
		assertThat(this.log.at("WARN")).hasSize(2).last().asString().contains("a/1, ", "a/10: malformed");
	}

	@Test
	void ofVeryManyTheLogNamesAFewOnceAMinuteAndSaysThatThereAreMore() {
		this.rig.started();
		for (int i = 0; i < 1_000; i++) {
			this.rig.etcd.put(PREFIX + "a/" + i, "no JSON");
		}
		this.rig.advance(Duration.ofSeconds(30));
		assertThat(this.log.at("WARN")).hasSize(1);
		this.rig.advance(Duration.ofSeconds(31));
		assertThat(this.log.at("WARN")).hasSize(2).last().asString().contains("a/1, ", "a/10 and more: malformed");
		this.rig.etcd.put(PREFIX + "a/x", "no JSON");
		this.rig.run();
		assertThat(this.log.at("WARN")).hasSize(2);
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(this.log.at("WARN")).hasSize(3).last().asString().contains("a/x: malformed");
	}

	@Test
	void linkLocalMulticastAndUnspecifiedAddressesAreNeverUsed() {
		for (String host : List.of("169.254.169.254", "224.0.0.1", "fe80::1", "::ffff:169.254.169.254")) {
			this.rig.put(Instance.of("a", host, 80));
		}
		this.rig.put(Instance.of("a", "127.0.0.1", 80));
		this.rig.put(Instance.of("a", "2001:db8::1", 80));
		this.rig.started();
		assertThat(this.rig.hosts("a")).containsExactlyInAnyOrder("127.0.0.1", "2001:db8::1");
		assertThat(this.rig.rejected).hasSize(4).containsOnly("address");
	}

	@Test
	void addressesInADeniedBlockAreNotUsed() {
		this.rig.put(instance("a", 1));
		this.rig.put(Instance.of("a", "192.168.1.1", 80));
		this.rig.start((options) -> options.withDeniedAddresses(List.of("10.0.0.0/8")));
		this.rig.run();
		assertThat(this.rig.hosts("a")).containsExactly("192.168.1.1");
	}

	@Test
	void aWeightThatIsNoneIsReplacedByTheDefault() {
		this.rig.put(instance("a", 1).withWeight(0));
		this.rig.put(instance("a", 2).withWeight(-5));
		this.rig.put(instance("a", 3).withWeight(7));
		EtcdResolver resolver = this.rig.start((options) -> options.withDefaultWeight(42));
		this.rig.run();
		assertThat(resolver.instances("a")).extracting(Instance::weight).containsExactly(42, 42, 7);
	}

	@Test
	void aWeightThatIsNoneLeavesTheInstanceOutWhereThereIsNoDefault() {
		this.rig.put(instance("a", 1).withWeight(0));
		this.rig.put(instance("a", 3).withWeight(7));
		EtcdResolver resolver = this.rig.start((options) -> options.withDefaultWeight(0));
		this.rig.run();
		assertThat(resolver.instances("a")).extracting(Instance::weight).containsExactly(7);
	}

	@Test
	void aCodecThatThrowsCostsOneEntry() {
		this.rig.etcd.put("a/10.0.0.1:80", "ten");
		this.rig.etcd.put("a/10.0.0.2:80", "10");
		EtcdResolver resolver = this.rig.start((options) -> options.withLayouts(ByNameCodec.LAYOUT));
		this.rig.run();
		resolver.snapshot("a");
		this.rig.run();
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.2");
		assertThat(this.rig.rejected).containsExactly("malformed");
	}

	@Test
	void whateverACodecThrowsAtAnEntryCostsThatEntryOnly() {
		this.rig.put(FailingCodec.LAYOUT, instance("a", 1));
		EtcdResolver resolver = this.rig.start((options) -> options.withLayouts(FailingCodec.LAYOUT));
		for (String bad : List.of(FailingCodec.POISON, FailingCodec.DEEP, FailingCodec.NO_CLASS)) {
			this.rig.etcd.put("failing/a/" + bad, "{}");
		}
		this.rig.run();
		assertThat(resolver.instances("a")).containsExactly(instance("a", 1));
		assertThat(this.rig.rejected).containsExactly("malformed", "malformed", "malformed");
		this.rig.etcd.put("failing/a/1" + FailingCodec.DEEP, "{}");
		this.rig.put(FailingCodec.LAYOUT, instance("a", 2));
		this.rig.run();
		assertThat(resolver.instances("a")).hasSize(2);
		assertThat(resolver.staleFor()).isZero();
		assertThat(this.rig.rejected).hasSize(4).containsOnly("malformed");
		assertThat(this.rig.etcd.calls(Call.LIST)).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { FailingCodec.NO_ANSWER, FailingCodec.NO_MEMBER, FailingCodec.NO_REASON,
			FailingCodec.NO_INSTANCE })
	void aCodecThatAnswersWithNullCostsThatEntryOnly(String bad) {
		this.rig.put(FailingCodec.LAYOUT, instance("a", 1));
		EtcdResolver resolver = this.rig.start((options) -> options.withLayouts(FailingCodec.LAYOUT));
		this.rig.run();
		this.rig.etcd.put("failing/a/" + bad, "{}");
		this.rig.run();
		assertThat(resolver.instances("a")).hasSize(1);
		assertThat(this.rig.rejected).containsExactly("malformed");
		assertThat(resolver.staleFor()).isZero();
	}

	@Test
	void aLackOfMemoryIsNoFaultOfTheEntrySoEverythingIsListedAgain() {
		this.rig.put(FailingCodec.LAYOUT, instance("a", 1));
		EtcdResolver resolver = this.rig.start((options) -> options.withLayouts(FailingCodec.LAYOUT));
		this.rig.run();
		FailingCodec.lackMemory();
		this.rig.put(FailingCodec.LAYOUT, instance("a", 2));
		this.rig.put(FailingCodec.LAYOUT, instance(FailingCodec.NO_MEMORY_ONCE, 1));
		this.rig.run();
		// Not longer: the first pause is short, and left to chance.
		this.rig.advance(Duration.ofNanos(1));
		assertThat(resolver.staleFor()).isPositive();
		this.rig.put(FailingCodec.LAYOUT, instance("b", 1));
		this.rig.advance(Duration.ofMillis(200));
		assertThat(resolver.services()).containsExactly("a", "b", FailingCodec.NO_MEMORY_ONCE);
		assertThat(resolver.instances("a")).hasSize(2);
		assertThat(resolver.staleFor()).isZero();
		assertThat(this.rig.rejected).isEmpty();
	}

	@Test
	void whileMemoryIsLackingForTheListTooReadersSeeWhatTheySaw() {
		this.rig.put(FailingCodec.LAYOUT, instance("a", 1));
		this.rig.put(FailingCodec.LAYOUT, instance("z", 1));
		EtcdResolver resolver = this.rig.start((options) -> options.withLayouts(FailingCodec.LAYOUT));
		List<String> told = new ArrayList<>();
		this.rig.run();
		resolver.subscribeAll((snapshot) -> told.add(snapshot.service() + snapshot.instances().size()));
		FailingCodec.lackMemoryForNames(3);
		this.rig.put(FailingCodec.LAYOUT, instance(FailingCodec.NO_MEMORY_FOR_NAME, 1));
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(told).containsExactly(FailingCodec.NO_MEMORY_FOR_NAME + "1");
		assertThat(resolver.services()).containsExactly("a", FailingCodec.NO_MEMORY_FOR_NAME, "z");
		assertThat(this.rig.etcd.calls(Call.LIST)).isEqualTo(4);
	}

	@Test
	void whereTheFirstListFailsForItTheCauseIsSaid() {
		FailingCodec.lackMemory();
		this.rig.put(FailingCodec.LAYOUT, instance(FailingCodec.NO_MEMORY_ONCE, 1));
		EtcdResolver resolver = this.rig.start((options) -> options.withLayouts(FailingCodec.LAYOUT));
		this.rig.run();
		assertThat(resolver.snapshot("a").state()).isEqualTo(ServiceSnapshot.State.UNREAD);
		assertThat(resolver.whyUnread("a")).hasMessageContaining("OutOfMemoryError: of this codec");
		this.rig.advance(Duration.ofMillis(200));
		assertThat(resolver.whyUnread("a")).isNull();
		assertThat(resolver.services()).containsExactly(FailingCodec.NO_MEMORY_ONCE);
	}

	@Test
	void aHostOfACodecOfTheUserThatNoUriCanCarryIsLeftOutAndCounted() {
		this.rig.etcd.put("a/10.0.0.1:80", "10");
		this.rig.etcd.put("a/my_host:80", "10");
		this.rig.etcd.put("a/evil@host/path?:80", "10");
		this.rig.etcd.put("a/a b:80", "10");
		EtcdResolver resolver = this.rig.start((options) -> options.withLayouts(ByNameCodec.LAYOUT));
		this.rig.run();
		resolver.snapshot("a");
		this.rig.run();
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.1");
		assertThat(this.rig.rejected).containsExactly("address", "address", "address");
		assertThat(this.log.at("WARN")).singleElement().asString().contains("address");
	}

}
