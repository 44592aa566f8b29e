package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.probe.TcpProbe.Answer;
import io.github.etcddiscovery.resolver.Registered;
import io.github.etcddiscovery.spring.EtcdInstanceList;
import org.junit.jupiter.api.Test;

import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;

import static org.assertj.core.api.Assertions.assertThat;

/** Which lists callers get, and by what an instance is known. */
class ListsTests {

	private final Rig rig = new Rig(3);

	@Test
	void whereNobodyIsEjectedTheListIsTheSameObject() {
		assertThat(this.rig.chosenFrom()).isSameAs(this.rig.listed());
		assertThat(this.rig.chosenFrom()).isSameAs(this.rig.listed());
		assertThat(this.rig.outliers.wantsList(Rig.ECHO)).isFalse();
	}

	@Test
	void whileNothingChangesTheListWithoutTheEjectedIsTheSameObject() {
		this.rig.kill(1);
		List<ServiceInstance> without = this.rig.chosenFrom();
		this.rig.outliers.withoutEjected("other", List.of(Rig.foreign("other", "10.0.0.9", 1)));
		this.rig.outliers.ended(Rig.foreign("other", "10.0.0.9", 1), this.rig.now(), Outcome.UNREACHABLE, null);
		this.rig.advanceSeconds(120);
		assertThat(this.rig.chosenFrom()).isSameAs(without);
		this.rig.kill(2);
		assertThat(this.rig.chosenFrom()).isNotSameAs(without);
	}

	@Test
	void whenTheLastEjectionEndsItIsTheObjectThatWasListed() {
		this.rig.kill(1);
		this.rig.outliers.giveBack("10.0.0.5:1");
		assertThat(this.rig.chosenFrom()).isSameAs(this.rig.listed());
	}

	@Test
	void weightsGoOnToCount() {
		List<ServiceInstance> weighted = EtcdInstanceList
			.of("weighted", Registered.snapshot("weighted", IntStream.of(10, 30, 500)
				.mapToObj((weight) -> Registered.before(Instance.of("weighted", "10.0.0.6", weight).withWeight(weight)))
				.toList()));
		this.rig.outliers.withoutEjected("weighted", weighted);
		this.rig.outliers.eject("10.0.0.6:500");
		List<ServiceInstance> left = this.rig.outliers.withoutEjected("weighted", weighted);
		assertThat(left).isInstanceOfSatisfying(EtcdInstanceList.class, (list) -> {
			Random random = new Random(7);
			assertThat(list).hasSize(2);
			assertThat(IntStream.range(0, 20_000).filter((i) -> list.draw(random).getPort() == 30).count())
				.isBetween(14_500L, 15_500L);
		});
	}

	@Test
	void anInstanceIsKnownByItsAddressInEveryServiceAndHoweverItsHostIsSpelled() {
		List<ServiceInstance> spelled = List.of(Rig.foreign("v6", "2001:DB8:0::1", 80),
				Rig.foreign("v6", "[2001:db8::2]", 80), Rig.foreign("v6", "Host.Example", 80));
		List<ServiceInstance> otherwise = List.of(Rig.foreign("V6", "2001:db8::1", 80),
				Rig.foreign("V6", "2001:db8::2", 80), Rig.foreign("V6", "host.example", 80),
				Rig.foreign("V6", "host.example", 81));
		this.rig.outliers.withoutEjected("v6", spelled);
		this.rig.outliers.withoutEjected("V6", otherwise);
		this.rig.found.put(80, Answer.REFUSED);
		spelled.stream()
			.limit(2)
			.forEach((instance) -> this.rig.outliers.ended(instance, this.rig.now(), Outcome.UNREACHABLE, null));
		assertThat(this.rig.outliers.withoutEjected("v6", spelled)).containsExactly(spelled.get(2));
		assertThat(this.rig.outliers.withoutEjected("V6", otherwise)).containsExactly(otherwise.get(2),
				otherwise.get(3));
	}

	@Test
	void whatIsKnownIsKnownInTheNextListToo() {
		this.rig.kill(1);
		this.rig.list(1, 2, 3, 4);
		assertThat(this.rig.shown()).containsExactly(2, 3, 4);
		this.rig.list(2, 3, 4);
		assertThat(this.rig.shown()).containsExactly(2, 3, 4);
		this.rig.list(1, 3);
		assertThat(this.rig.shown()).containsExactly(3);
	}

	@Test
	void whatWasNotListedForTenMinutesIsForgotten() {
		this.rig.kill(1);
		this.rig.list(2, 3);
		this.rig.shown();
		this.rig.advance(Duration.ofMinutes(9));
		this.rig.list(1, 2, 3);
		assertThat(this.rig.shown()).containsExactly(2, 3);
		this.rig.list(2, 3);
		this.rig.shown();
		for (int minute = 0; minute < 11; minute++) {
			this.rig.advance(Duration.ofMinutes(1));
			this.rig.shown();
		}
		assertThat(this.rig.outliers.find("10.0.0.5:1")).isNull();
		this.rig.list(1, 2, 3);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void aServiceThatIsAskedForGoesOnToBeListedHoweverLong() {
		this.rig.kill(1);
		for (int minute = 0; minute < 60; minute++) {
			this.rig.advance(Duration.ofMinutes(1));
			assertThat(this.rig.shown()).contains(2, 3);
			this.rig.found.put(1, (minute < 58) ? Answer.REFUSED : Answer.ACCEPTED);
		}
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void aServiceThatNobodyAsksForIsForgottenWithItsInstances() {
		this.rig.kill(1);
		this.rig.advance(Duration.ofMinutes(12));
		int asked = this.rig.asked.size();
		assertThat(this.rig.outliers.ejected()).isEmpty();
		assertThat(this.rig.outliers.find("10.0.0.5:2")).isNull();
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(this.rig.asked).hasSize(asked);
		assertThat(this.rig.shown()).containsExactly(1, 2, 3);
	}

	@Test
	void aListThatItsOwnerChangesIsReadAnew() {
		List<ServiceInstance> owned = new ArrayList<>();
		IntStream.rangeClosed(1, 3).forEach((port) -> owned.add(Rig.foreign("owned", "10.0.0.8", port)));
		this.rig.outliers.withoutEjected("owned", owned);
		this.rig.outliers.eject("10.0.0.8:2");
		assertThat(ports("owned", owned)).containsExactly(1, 3);
		owned.add(Rig.foreign("owned", "10.0.0.8", 4));
		assertThat(ports("owned", owned)).containsExactly(1, 3, 4);
		owned.remove(0);
		this.rig.advanceSeconds(2);
		assertThat(ports("owned", owned)).containsExactly(3, 4);
	}

	@Test
	void aListOfWhichNobodyIsEjectedIsTheCallersOwnAlsoWhenAllWereToBeHandedOverAnew() {
		List<ServiceInstance> instances = List.of(Rig.foreign("other", "10.0.0.8", 1),
				Rig.foreign("other", "10.0.0.8", 2));
		this.rig.outliers.withoutEjected("other", instances);
		for (int time = 3; time < 6; time++) {
			this.rig.outliers.began(Rig.foreign("other", "10.0.0.8", time), this.rig.now());
			List<ServiceInstance> own = new ArrayList<>(instances);
			assertThat(this.rig.outliers.withoutEjected("other", own)).isSameAs(own);
		}
	}

	@Test
	void whoWasEjectedAndComesBackToTheListIsLeftOutFromItsNextCallOn() {
		ServiceInstance first = Rig.foreign("other", "10.0.0.8", 1);
		List<ServiceInstance> rest = List.of(Rig.foreign("other", "10.0.0.8", 2), Rig.foreign("other", "10.0.0.8", 3));
		List<ServiceInstance> all = Stream.concat(Stream.of(first), rest.stream()).toList();
		this.rig.outliers.withoutEjected("other", all);
		this.rig.outliers.eject("10.0.0.8:1");
		this.rig.outliers.withoutEjected("other", rest);
		assertThat(this.rig.outliers.wantsList("other")).isFalse();
		this.rig.outliers.began(first, this.rig.now());
		assertThat(this.rig.outliers.wantsList("other")).isTrue();
		assertThat(ports("other", all)).containsExactly(2, 3);
	}

	@Test
	void whoeverCollectsTheSameInstancesEachTimeGetsTheSameListWithoutTheEjected() {
		this.rig.kill(1);
		List<ServiceInstance> without = this.rig.outliers.withoutEjected("collected", collected());
		assertThat(without).hasSize(2);
		this.rig.advanceSeconds(1);
		assertThat(this.rig.outliers.withoutEjected("collected", collected())).isSameAs(without);
		this.rig.outliers.giveBack("10.0.0.5:1");
		List<ServiceInstance> last = collected();
		assertThat(this.rig.outliers.withoutEjected("collected", last)).isSameAs(last);
	}

	@Test
	void aListThatIsMadeMoreSlowlyThanAnotherOfItsServiceIsKnownWhenItIsAskedForNext() {
		List<ServiceInstance> older = List.of(Rig.foreign("two", "10.0.0.8", 1));
		ServiceInstance slow = new DefaultServiceInstance("slow", "two", "10.0.0.8", 1, false) {

			@Override
			public String getHost() {
				ListsTests.this.rig.outliers.withoutEjected("two", older);
				return super.getHost();
			}
		};
		List<ServiceInstance> newer = List.of(slow, Rig.foreign("two", "10.0.0.8", 2));
		this.rig.outliers.withoutEjected("two", newer);
		this.rig.outliers.withoutEjected("two", newer);
		assertThat(this.rig.outliers.eject("10.0.0.8:2")).isTrue();
	}

	private List<ServiceInstance> collected() {
		return new ArrayList<>(this.rig.listed());
	}

	private List<Integer> ports(String service, List<ServiceInstance> listed) {
		return this.rig.outliers.withoutEjected(service, listed).stream().map(ServiceInstance::getPort).toList();
	}

	@Test
	void callsToAddressesThatNobodyListsAreOfNoConsequence() {
		ServiceInstance stranger = Rig.foreign("stranger", "192.0.2.1", 1);
		this.rig.outliers.began(stranger, this.rig.now());
		this.rig.outliers.ended(stranger, this.rig.now(), Outcome.UNREACHABLE, null);
		this.rig.outliers.began(Rig.foreign("odd", null, 1), this.rig.now());
		this.rig.outliers.ended(Rig.foreign("odd", null, 1), this.rig.now(), Outcome.UNREACHABLE, null);
		assertThat(this.rig.outliers.withoutEjected("none", List.of())).isEmpty();
		assertThat(this.rig.outliers.withoutEjected("odd", List.of(Rig.foreign("odd", null, 1)))).hasSize(1);
		assertThat(this.rig.outliers.ejected()).isEmpty();
		this.rig.advance(Duration.ofMinutes(11));
		assertThat(this.rig.outliers.find("192.0.2.1:1")).isNull();
	}

	@Test
	void anInstanceOfAnotherRegistryIsFoundWhateverItCallsItsService() {
		List<ServiceInstance> listed = List.of(Rig.foreign("ECHO", "10.0.0.7", 1), Rig.foreign("ECHO", "10.0.0.7", 2));
		this.rig.outliers.withoutEjected("eureka", listed);
		this.rig.outliers.ended(listed.get(1), this.rig.now(), Outcome.ANSWERED, null);
		for (int i = 0; i < 5; i++) {
			this.rig.outliers.ended(listed.get(0), this.rig.now(), Outcome.BAD_STATUS, null);
		}
		assertThat(this.rig.outliers.withoutEjected("eureka", listed)).containsExactly(listed.get(1));
	}

}
