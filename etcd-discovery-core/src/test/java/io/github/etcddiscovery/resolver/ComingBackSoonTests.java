package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.etcddiscovery.resolver.LeasedRig.HOLD;
import static io.github.etcddiscovery.resolver.LeasedRig.TTL;
import static io.github.etcddiscovery.resolver.LeasedRig.guard;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who vanishes is remembered for one TTL, and what is kept is said once.
 */
class ComingBackSoonTests {

	@RegisterExtension
	private final LoggedLines lines = new LoggedLines("io.github.etcddiscovery.guard");

	private final LeasedRig rig = new LeasedRig();

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whoComesBackWithinOneTtlIsAsOldAsBefore(boolean enabled) {
		this.rig.with(3, guard(enabled, true));
		this.rig.register(4);
		this.rig.rig.run();
		long appeared = appearedAt(3);
		this.rig.advance(TTL.multipliedBy(2));
		this.rig.leave(4);
		this.rig.lose(1);
		this.rig.advance(TTL.minusSeconds(1));
		this.rig.register(1, 4);
		this.rig.rig.run();
		assertThat(appearedAt(0)).isEqualTo(DiscoveredInstance.NOT_YOUNG);
		assertThat(appearedAt(3)).isEqualTo(appeared);
	}

	@Test
	void whoComesBackWithOtherValuesIsAsOldAsBefore() {
		this.rig.with(3);
		this.rig.leave(1);
		this.rig.advance(Duration.ofSeconds(1));
		this.rig.rig.put(Rig.instance("a", 1).withWeight(99));
		this.rig.rig.run();
		assertThat(this.rig.rig.resolver.instances("a").get(0).weight()).isEqualTo(99);
		assertThat(appearedAt(0)).isEqualTo(DiscoveredInstance.NOT_YOUNG);
	}

	@Test
	void whoComesBackLaterHasAppearedThen() {
		this.rig.with(3);
		this.rig.lose(1);
		this.rig.advance(TTL);
		this.rig.register(1);
		this.rig.rig.run();
		assertThat(appearedAt(0)).isEqualTo(this.rig.rig.loop.now());
	}

	@Test
	void whoComesBackWhileItIsKeptIsAsOldAsBefore() {
		this.rig.with(3);
		DiscoveredInstance before = this.rig.rig.resolver.snapshot("a").discovered(0);
		this.rig.lose(1, 2, 3);
		this.rig.advance(HOLD.minusSeconds(1));
		this.rig.register(1);
		this.rig.rig.run();
		assertThat(this.rig.rig.resolver.snapshot("a").discovered(0)).isSameAs(before);
		assertThat(before.appearedAt()).isEqualTo(DiscoveredInstance.NOT_YOUNG);
		assertThat(before.wasWrittenAfter(this.rig.rig.loop.now() - 1)).isTrue();
	}

	@Test
	void anAddressThatIsWrittenUnderAnotherKeyIsAsOldAsBefore() {
		this.rig.with(3, (options) -> options.withLayouts(Rig.KITEX, Layout.of(InstanceCodec.plain())));
		this.rig.rig.put(Layout.of(InstanceCodec.plain()), Rig.instance("a", 1));
		this.rig.leave(1);
		assertThat(appearedAt(2)).isEqualTo(DiscoveredInstance.NOT_YOUNG);
	}

	@Test
	void endlessNewAddressesDoNotFillTheMemory() {
		this.rig.with(3);
		for (int i = 0; i < 3_000; i++) {
			Instance next = Instance.of("a", "10.1." + i / 200 + "." + (1 + i % 200), 80);
			this.rig.rig.put(next);
			this.rig.rig.delete(next);
			this.rig.rig.run();
		}
		Loss loss = this.rig.rig.services().obtain("a").loss();
		assertThat(loss).isNotNull();
		assertThat(loss.size()).isEqualTo(1_000);
		this.rig.advance(HOLD.plusSeconds(1));
		assertThat(this.rig.rig.services().obtain("a").loss()).isNull();
		int pending = this.rig.rig.scheduler.pending();
		this.rig.leave(1);
		this.rig.advance(TTL.plusSeconds(1));
		assertThat(this.rig.rig.scheduler.pending()).isEqualTo(pending);
	}

	@Test
	void oneLineSaysWhatIsKeptAndOneHowItEnded() {
		this.rig.rig.answers.put("10.0.0.4", Answer.REFUSED);
		this.rig.with(6);
		this.rig.lose(1, 2, 3, 4);
		this.rig.advance(Duration.ofSeconds(10));
		assertThat(this.lines.at("WARN")).containsExactly("4 of 6 instances of service 'a' vanished from etcd within"
				+ " PT15S without a goodbye, and are kept until they come back, for PT30S at most and while they accept"
				+ " connections");
		assertThat(this.lines.at("INFO")).isEmpty();
		this.rig.register(2);
		this.rig.advance(HOLD);
		assertThat(this.lines.at("WARN")).hasSize(1);
		assertThat(this.lines.at("INFO"))
			.containsExactly("No instance of service 'a' is kept any more, of 4 that had vanished from"
					+ " etcd: 1 came back, 1 accepted no connection, 2 were kept for long enough");
	}

	@Test
	void manyServicesAreOneLine() {
		for (String service : List.of("a", "b", "c", "d", "e")) {
			for (int i = 1; i <= 3; i++) {
				this.rig.rig.put(Rig.instance(service, i));
			}
		}
		this.rig.with(0);
		this.rig.rig.etcd.wipe();
		this.rig.advance(HOLD.plusSeconds(20));
		assertThat(this.rig.rig.resolver.services()).isEmpty();
		assertThat(this.lines.at("WARN")).singleElement()
			.asString()
			.startsWith("15 of 15 instances of 5 services, among them '")
			.contains("', '");
		assertThat(this.lines.at("INFO")).singleElement().asString().contains("15 were kept for long enough");
	}

	private long appearedAt(int index) {
		return this.rig.rig.resolver.snapshot("a").discovered(index).appearedAt();
	}

}
