package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.function.Consumer;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When instances that have vanished are asked for a connection, and what answers do that
 * come late.
 */
class GuardProbesTests {

	@RegisterExtension
	private final LoggedLines lines = new LoggedLines("io.github.etcddiscovery.guard");

	private final LeasedRig rig = new LeasedRig();

	/** A wiped etcd takes all services at once, and all their callers ask. */
	@Test
	void allServicesTogetherAreAskedAThousandTimesASecondAtMost() {
		Layout plain = Layout.of(InstanceCodec.plain());
		for (int i = 0; i < 1_000; i++) {
			this.rig.rig.put(plain, Rig.instance("s" + i / 5, 1 + i % 250));
		}
		this.rig.with(0, (options) -> options.withLayouts(plain));
		this.rig.rig.etcd.wipe();
		this.rig.advance(Duration.ofSeconds(8));
		assertThat(this.rig.rig.resolver.heldBack()).hasSize(200);
		this.rig.rig.probed.clear();
		this.rig.advance(Duration.ofSeconds(10));
		assertThat(this.rig.rig.probed).satisfies((asked) -> assertThat(asked.size()).isBetween(5_000, 10_000));
	}

	@Test
	void oneThatComesBackWhenAllOthersHaveRefusedIsCountedAmongThem() {
		this.rig.with(5);
		this.rig.lose(1);
		this.rig.lose(2);
		this.rig.rig.otherwise = Answer.REFUSED;
		Consumer<Answer> first = askedWithoutAnswer("10.0.0.1", () -> this.rig.lose(3));
		assertThat(this.rig.held()).isZero();
		first.accept(Answer.ACCEPTED);
		this.rig.rig.run();
		assertThat(this.rig.shown()).containsExactly(1, 4, 5);
		this.rig.advance(Duration.ofMillis(300));
		assertThat(this.lines.at("WARN")).hasSize(2).allMatch((line) -> line.startsWith("1 of 5 instances"));
	}

	@Test
	void oneThatWasForgottenIsNotHeldWhenItAcceptsAConnectionAtLast() {
		this.rig.with(5);
		this.rig.lose(1);
		this.rig.lose(2);
		Consumer<Answer> first = askedWithoutAnswer("10.0.0.1", () -> this.rig.lose(3));
		this.rig.register(1, 2, 3);
		this.rig.rig.run();
		assertThat(this.rig.held()).isZero();
		first.accept(Answer.ACCEPTED);
		this.rig.rig.run();
		assertThat(this.rig.held()).isZero();
	}

	@Test
	void oneThatIsForgottenForWantOfRoomIsNotHeldWhenItAcceptsAConnectionAtLast() {
		this.rig.with(5);
		this.rig.lose(1);
		this.rig.lose(2);
		Consumer<Answer> first = askedWithoutAnswer("10.0.0.1", () -> this.rig.lose(3));
		int held = this.rig.held();
		long lease = this.rig.rig.etcd.grant(Duration.ofHours(1));
		for (int i = 0; i < 1_000; i++) {
			Instance next = Instance.of("a", "10.1." + i / 200 + "." + (1 + i % 200), 80);
			this.rig.rig.etcd.put(Rig.KITEX.key(next).strictUtf8(), Rig.KITEX.codec().value(next).strictUtf8(), lease);
			this.rig.rig.delete(next);
			this.rig.rig.run();
		}
		first.accept(Answer.ACCEPTED);
		this.rig.rig.run();
		assertThat(this.rig.held()).isEqualTo(held);
		this.rig.advance(LeasedRig.HOLD);
		assertThat(this.rig.rig.resolver.heldBack()).isEmpty();
	}

	private Consumer<Answer> askedWithoutAnswer(String host, Runnable loss) {
		this.rig.rig.silent.put(host, null);
		loss.run();
		Consumer<Answer> asked = this.rig.rig.silent.remove(host);
		assertThat(asked).isNotNull();
		return asked;
	}

}
