package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.guard.GuardOptions;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.etcddiscovery.resolver.LeasedRig.HOLD;
import static io.github.etcddiscovery.resolver.LeasedRig.TTL;
import static io.github.etcddiscovery.resolver.LeasedRig.guard;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What vanishes in a body is kept: what that is, and for how long.
 */
class MassLossGuardTests {

	private LeasedRig rig = new LeasedRig();

	@Test
	void whoseLeasesEndInABodyAreShownAsIfNothingHadHappened() {
		this.rig.with(6);
		List<Instance> before = list();
		this.rig.lose(1, 2, 3, 4, 5, 6);
		assertThat(list()).isSameAs(before);
		assertThat(this.rig.held()).isEqualTo(6);
		this.rig.register(1, 2, 3, 4, 5, 6);
		this.rig.rig.run();
		assertThat(list()).isSameAs(before);
		assertThat(this.rig.rig.resolver.heldBack()).isEmpty();
		this.rig.advance(HOLD);
		assertThat(list()).isSameAs(before);
	}

	@Test
	void keysOfOneLeaseThatEndsAreKept() {
		this.rig.with(0);
		long lease = this.rig.rig.etcd.grant(Duration.ofHours(1));
		for (int i = 1; i <= 10; i++) {
			this.rig.put(i, lease);
		}
		this.rig.rig.run();
		this.rig.advance(TTL);
		List<Instance> before = list();
		this.rig.rig.etcd.revoke(lease);
		this.rig.rig.run();
		assertThat(list()).isSameAs(before).hasSize(10);
		assertThat(this.rig.held()).isEqualTo(10);
		assertThat(this.rig.rig.etcd.calls(Call.LEASE_KEYS)).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource(Scope.class)
	void aWipedStoreEmptiesNothing(Scope scope) {
		this.rig.with(4, (options) -> options.withScope(scope));
		List<Instance> before = list();
		this.rig.rig.etcd.wipe();
		this.rig.advance(Duration.ofSeconds(8));
		assertThat(this.rig.rig.resolver.staleFor()).isZero();
		assertThat(this.rig.held()).isEqualTo(4);
		assertThat(list()).isSameAs(before);
		this.rig.register(1, 2, 3, 4);
		this.rig.rig.run();
		assertThat(list()).isSameAs(before);
		assertThat(this.rig.rig.resolver.snapshot("a").discovered(0).lease()).isNotZero();
		assertThat(this.rig.rig.resolver.heldBack()).isEmpty();
		assertThat(this.rig.rig.etcd.calls(Call.LEASE_KEYS)).as("no revision to ask about").isZero();
	}

	@Test
	void whatAnOperatorDeletesOfSeveralLeasesAtOnceIsKept() {
		this.rig.with(4);
		this.rig.rig.etcd.delete(this.rig.key(1), this.rig.key(2), this.rig.key(3), this.rig.key(4));
		this.rig.rig.run();
		assertThat(this.rig.shown()).containsExactly(1, 2, 3, 4);
		assertThat(this.rig.held()).isEqualTo(4);
	}

	@Test
	void keysWithoutALeaseHaveNoneThatIsAlive() {
		this.rig.with(0);
		for (int i = 1; i <= 3; i++) {
			this.rig.put(i, 0);
		}
		this.rig.rig.run();
		this.rig.advance(TTL);
		this.rig.leave(1, 2, 3);
		assertThat(this.rig.held()).isEqualTo(3);
		assertThat(this.rig.rig.etcd.calls(Call.LEASE_KEYS)).isZero();
	}

	@Test
	void fewerThanTheThresholdGoAtOnceAndNobodyIsAsked() {
		this.rig.with(7);
		this.rig.lose(1, 2, 3);
		assertThat(this.rig.shown()).containsExactly(4, 5, 6, 7);
		assertThat(this.rig.rig.etcd.calls(Call.LEASE_KEYS)).isZero();
		assertThat(this.rig.rig.probed).isEmpty();
	}

	@Test
	void fewerThanTheLeastNumberGoAtOnceThoughTheyAreAll() {
		this.rig.with(2);
		this.rig.lose(1, 2);
		assertThat(this.rig.shown()).isEmpty();
		assertThat(this.rig.rig.etcd.calls(Call.LEASE_KEYS)).isZero();
	}

	@Test
	void whatVanishesMoreThanOneTtlApartIsNoBody() {
		this.rig.with(6);
		this.rig.lose(1, 2);
		this.rig.advance(TTL);
		this.rig.lose(3, 4);
		this.rig.advance(TTL);
		assertThat(this.rig.shown()).containsExactly(5, 6);
		this.rig.lose(5, 6);
		assertThat(this.rig.shown()).isEmpty();
	}

	/** Of a body whose leases end one after the other the first are gone already. */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void whatHadGoneBeforeThereWereEnoughComesBack(boolean probe) {
		this.rig.rig.answers.put("10.0.0.2", Answer.REFUSED);
		this.rig.with(5, guard(true, probe));
		this.rig.lose(1);
		this.rig.lose(2);
		assertThat(this.rig.shown()).containsExactly(3, 4, 5);
		this.rig.advance(Duration.ofSeconds(3));
		this.rig.lose(3);
		assertThat(this.rig.shown()).isEqualTo(probe ? List.of(1, 3, 4, 5) : List.of(1, 2, 3, 4, 5));
		this.rig.lose(4, 5);
		assertThat(this.rig.held()).isEqualTo(probe ? 4 : 5);
	}

	@Test
	void whatIsReplacedByNewInstancesIsNoLoss() {
		this.rig.with(4);
		this.rig.register(11, 12, 13, 14);
		this.rig.rig.run();
		this.rig.lose(1, 2, 3, 4);
		assertThat(this.rig.shown()).containsExactly(11, 12, 13, 14);
		assertThat(this.rig.rig.etcd.calls(Call.LEASE_KEYS)).isZero();
	}

	@Test
	void newInstancesThatVanishAgainReplaceNobody() {
		this.rig.with(4);
		this.rig.register(11, 12, 13, 14);
		this.rig.rig.run();
		this.rig.lose(11, 12, 13, 14, 1, 2, 3, 4);
		assertThat(this.rig.shown()).hasSize(8);
	}

	@Test
	void whoRefusesOrDoesNotAnswerGoesAtOnce() {
		this.rig.rig.answers.put("10.0.0.1", Answer.REFUSED);
		this.rig.rig.answers.put("10.0.0.2", Answer.NO_ANSWER);
		this.rig.rig.answers.put("10.0.0.3", Answer.FAILED_HERE);
		this.rig.with(4);
		this.rig.lose(1, 2, 3, 4);
		assertThat(this.rig.shown()).containsExactly(3, 4);
		assertThat(this.rig.held()).isEqualTo(2);
	}

	/** It may listen again before it is ready, and comes back when it registers. */
	@Test
	void whoHasRefusedIsNotBroughtBackThoughItAcceptsLater() {
		this.rig.with(8);
		this.rig.rig.answers.put("10.0.0.1", Answer.REFUSED);
		this.rig.lose(1, 2, 3, 4);
		assertThat(this.rig.shown()).containsExactly(2, 3, 4, 5, 6, 7, 8);
		this.rig.rig.answers.clear();
		this.rig.lose(5);
		this.rig.advance(Duration.ofSeconds(5));
		assertThat(this.rig.shown()).containsExactly(2, 3, 4, 5, 6, 7, 8);
		this.rig.register(1);
		this.rig.rig.run();
		assertThat(this.rig.shown()).hasSize(8);
	}

	@Test
	void whoRefusesLaterGoesWithinASecond() {
		this.rig.with(4);
		this.rig.lose(1, 2, 3, 4);
		this.rig.advance(Duration.ofSeconds(10));
		this.rig.rig.answers.put("10.0.0.2", Answer.REFUSED);
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(this.rig.shown()).containsExactly(1, 3, 4);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void nobodyIsKeptForLongerThanHold(boolean probe) {
		this.rig.with(4, guard(true, probe));
		this.rig.lose(1, 2, 3, 4);
		this.rig.advance(HOLD.minusSeconds(1));
		assertThat(this.rig.shown()).hasSize(4);
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(this.rig.shown()).isEmpty();
		assertThat(this.rig.rig.resolver.heldBack()).isEmpty();
		assertThat(this.rig.rig.probed.isEmpty()).isEqualTo(!probe);
	}

	@ParameterizedTest
	@ValueSource(strings = { "go-zero", "grpc" })
	void whosePeersRevokeWhenTheyLeaveAreNotKept(String format) {
		InstanceCodec codec = InstanceCodec.all()
			.stream()
			.filter((each) -> each.format().equals(format))
			.findFirst()
			.get();
		this.rig = new LeasedRig(Layout.of(codec));
		this.rig.with(4);
		assertThat(this.rig.shown()).hasSize(4);
		this.rig.lose(1, 2, 3, 4);
		assertThat(this.rig.shown()).isEmpty();
	}

	@Test
	void nothingIsKeptWhereTheGuardIsOff() {
		this.rig.with(4, guard(false, true));
		this.rig.lose(1, 2, 3, 4);
		assertThat(this.rig.shown()).isEmpty();
		assertThat(this.rig.rig.etcd.calls(Call.LEASE_KEYS)).isZero();
	}

	@Test
	void aValueThatIsSpoiltIsNoLoss() {
		this.rig.with(3);
		for (int i = 1; i <= 3; i++) {
			this.rig.rig.etcd.edit(this.rig.key(i), "no JSON");
		}
		this.rig.rig.run();
		assertThat(this.rig.shown()).isEmpty();
	}

	@Test
	void aServiceThatIsFollowedNoMoreIsHeldNoMore() {
		this.rig.with(3, (options) -> options.withScope(Scope.SERVICE).withGuard(guardFor(Duration.ofHours(1))));
		this.rig.lose(1, 2, 3);
		assertThat(this.rig.held()).isEqualTo(3);
		this.rig.advance(Duration.ofMinutes(12));
		assertThat(this.rig.rig.resolver.heldBack()).isEmpty();
		assertThat(this.rig.shown()).isEmpty();
	}

	@Test
	void anAddressThatAnotherLayoutHasTooHasNotVanished() {
		Layout plain = Layout.of(InstanceCodec.plain());
		this.rig.with(3, (options) -> options.withLayouts(Rig.KITEX, plain));
		for (int i = 1; i <= 3; i++) {
			this.rig.rig.put(plain, Rig.instance("a", i));
		}
		this.rig.rig.run();
		this.rig.lose(1, 2, 3);
		assertThat(this.rig.shown()).hasSize(3);
		assertThat(this.rig.rig.probed).isEmpty();
	}

	private static GuardOptions guardFor(Duration hold) {
		return new GuardOptions(true, 50, 3, TTL, hold, true);
	}

	private List<Instance> list() {
		return this.rig.rig.resolver.instances("a");
	}

}
