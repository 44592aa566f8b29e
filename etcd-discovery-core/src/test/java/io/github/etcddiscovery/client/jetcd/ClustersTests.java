package io.github.etcddiscovery.client.jetcd;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.client.jetcd.Addresses.Address;
import io.github.etcddiscovery.loop.ManualScheduler;
import io.github.etcddiscovery.client.jetcd.AnswerCheck.Identity;
import io.grpc.NameResolver;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Which cluster counts, on a clock that is driven by hand. */
class ClustersTests {

	private static final long RED = 1;

	private static final long BLUE = 2;

	private final ManualScheduler scheduler = new ManualScheduler();

	/** What answers at the last number of an address. */
	private final Map<Integer, Identity> answers = new HashMap<>();

	private final Map<String, String> names = new HashMap<>();

	private final AtomicInteger asked = new AtomicInteger();

	private final AtomicInteger connected = new AtomicInteger();

	private Runnable whenTimeIsRead = () -> {
	};

	private Addresses addresses;

	private Clusters clusters;

	@Test
	void ofTwoThatAnswerTheOneConfiguredFirstCountsWhicheverWasHeardFirst() {
		start("10.0.0.1:1", "10.0.0.2:1");
		answers(1, RED);
		answers(2, BLUE);
		assertThat(heard(2, BLUE)).as("nothing is known to the contrary").isTrue();
		assertThat(heard(1, RED)).isFalse();
		assertThat(heard(1, RED)).isTrue();
		assertThat(leftOut()).containsExactly(2);
		assertThat(this.connected).hasValue(1);
	}

	@Test
	void aClusterThatNoCallHasMetIsFoundOneSecondAfterTheFirstAnswer() {
		start("10.0.0.1:1", "10.0.0.2:1");
		answers(1, RED);
		answers(2, BLUE);
		heard(2, BLUE);
		assertThat(leftOut()).isEmpty();
		advance(1);
		assertThat(leftOut()).as("what was heard first by chance").containsExactly(2);
		assertThat(this.connected).hasValue(1);
	}

	@Test
	void aSingleAddressIsNotAskedWhoItIs() {
		start("10.0.0.1:1");
		heard(1, RED);
		advance(60);
		assertThat(this.asked).hasValue(0);
	}

	@Test
	void whatIsNoEtcdIsNotLeftOutInSilence() {
		start("10.0.0.1:1", "10.0.0.2:1");
		answers(1, RED);
		this.answers.put(2, new Identity(Identity.Kind.NO_ETCD, 0));
		heard(1, RED);
		advance(1);
		assertThat(leftOut()).as("a call tells of it").isEmpty();
	}

	@Test
	void theOneWithMoreEndpointsCounts() {
		start("10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1");
		answers(1, RED);
		answers(2, BLUE);
		answers(3, BLUE);
		heard(1, RED);
		heard(2, BLUE);
		assertThat(heard(3, BLUE)).isTrue();
		assertThat(leftOut()).containsExactly(1);
	}

	@Test
	void whatIsLeftOutIsAskedAgainEvery30SecondsAndUsedWhenItIsOfOurCluster() {
		start("10.0.0.1:1", "10.0.0.2:1");
		answers(1, RED);
		answers(2, BLUE);
		heard(1, RED);
		heard(2, BLUE);
		this.asked.set(0);
		advance(29);
		assertThat(this.asked).hasValue(0);
		advance(2);
		assertThat(this.asked).hasValue(2);
		assertThat(leftOut()).containsExactly(2);
		answers(2, RED);
		advance(30);
		assertThat(leftOut()).isEmpty();
		assertThat(this.connected).as("whatever runs is left alone").hasValue(1);
		this.asked.set(0);
		advance(120);
		assertThat(this.asked).hasValue(0);
	}

	@Test
	void aClusterThatAnswersWhileNobodyHasSaidWhoHeIsStaysOurs() {
		start("10.0.0.1:1", "10.0.0.2:1");
		this.clusters.noEtcdAt(socket(1), Status.UNIMPLEMENTED);
		// The time is read when the answers have come, and again while they are judged.
		AtomicInteger read = new AtomicInteger();
		this.whenTimeIsRead = () -> {
			if (this.asked.get() == 2 && read.incrementAndGet() == 2) {
				assertThat(this.clusters.isOurs(socket(2), BLUE)).isTrue();
			}
		};
		this.scheduler.advance(Duration.ofSeconds(40));
		assertThat(heard(2, BLUE)).isTrue();
		assertThat(this.connected).as("nothing has changed").hasValue(0);
	}

	@Test
	void anotherClusterCountsWhenOursHasNotAnsweredFor5Seconds() {
		start("10.0.0.1:1");
		heard(1, RED);
		answers(1, BLUE);
		advance(1);
		assertThat(heard(1, BLUE)).isFalse();
		advance(3);
		assertThat(heard(1, BLUE)).isFalse();
		assertThat(this.connected).hasValue(0);
		advance(2);
		assertThat(heard(1, BLUE)).isTrue();
		assertThat(this.connected).hasValue(1);
		assertThat(leftOut()).isEmpty();
	}

	@Test
	void anAddressBehindWhichTwoClustersTakeTurnsStaysWithTheFirst() {
		start("10.0.0.1:1");
		for (int i = 0; i < 60; i++) {
			assertThat(heard(1, RED)).isTrue();
			answers(1, BLUE);
			advance(1);
			assertThat(heard(1, BLUE)).isFalse();
			advance(1);
		}
		assertThat(this.connected).hasValue(0);
	}

	@Test
	void oneThatIsNoEtcdIsLeftOutAtOnceAndUsedWhenItIsOne() {
		start("10.0.0.1:1", "10.0.0.2:1");
		answers(1, RED);
		this.answers.put(2, new Identity(Identity.Kind.NO_ETCD, 0));
		this.clusters.noEtcdAt(socket(2), Status.UNIMPLEMENTED);
		assertThat(leftOut()).containsExactly(2);
		advance(31);
		assertThat(leftOut()).containsExactly(2);
		this.answers.remove(2);
		advance(30);
		assertThat(leftOut()).as("silence says nothing").containsExactly(2);
		answers(2, RED);
		advance(30);
		assertThat(leftOut()).isEmpty();
		assertThat(this.connected).hasValue(0);
	}

	@Test
	void oneThatIsNoEtcdAnyMoreIsUsedWhenItIsOneAgain() {
		start("10.0.0.1:1", "10.0.0.2:1");
		answers(1, RED);
		answers(2, RED);
		heard(1, RED);
		advance(2);
		for (int i = 0; i < 3; i++) {
			this.answers.put(2, new Identity(Identity.Kind.NO_ETCD, 0));
			this.clusters.noEtcdAt(socket(2), Status.UNIMPLEMENTED);
			advance(31);
			assertThat(leftOut()).containsExactly(2);
			answers(2, RED);
			advance(30);
			assertThat(leftOut()).isEmpty();
		}
	}

	@Test
	void oneThatIsNoEtcdStaysLeftOutWhereNoEtcdHasEverAnswered() {
		start("10.0.0.1:1", "10.0.0.2:1");
		this.answers.put(2, new Identity(Identity.Kind.NO_ETCD, 0));
		this.clusters.noEtcdAt(socket(2), Status.UNIMPLEMENTED);
		advance(5);
		this.clusters.askAgain();
		advance(60);
		assertThat(leftOut()).containsExactly(2);
	}

	@Test
	void theLastAddressIsNeverLeftOutForWhatItAnswers() {
		start("10.0.0.1:1", "10.0.0.2:1");
		this.clusters.noEtcdAt(socket(2), Status.UNIMPLEMENTED);
		this.clusters.noEtcdAt(socket(1), Status.UNIMPLEMENTED);
		assertThat(leftOut()).containsExactly(2);
	}

	@Test
	void thoseThatAreLeftOutAreAskedAtOnceWhereNothingElseAnswers() {
		start("10.0.0.1:1", "10.0.0.2:1");
		heard(1, RED);
		advance(2);
		this.clusters.noEtcdAt(socket(2), Status.UNIMPLEMENTED);
		answers(2, RED);
		advance(5);
		assertThat(leftOut()).containsExactly(2);
		this.clusters.askAgain();
		assertThat(leftOut()).isEmpty();
	}

	@Test
	void anotherClusterAtAnAddressThatTheNameServiceDoesNotConfirmIsNotOurs() {
		this.names.put("etcd", "10.0.0.1");
		start("etcd:1");
		heard(1, RED);
		this.names.clear();
		this.addresses.refresh();
		answers(1, BLUE);
		advance(10);
		assertThat(heard(1, BLUE)).isFalse();
		assertThat(this.addresses.all()).isEmpty();
		this.names.put("etcd", "10.0.0.1");
		this.addresses.refresh();
		advance(2);
		assertThat(heard(1, BLUE)).isFalse();
		advance(2);
		assertThat(heard(1, BLUE)).as("now the name service says so").isTrue();
	}

	private void start(String... endpoints) {
		this.addresses = new Addresses(Endpoint.parseAll(List.of(endpoints), false), this::lookUp, Runnable::run);
		this.addresses.tell(new NameResolver.Listener2() {

			@Override
			public void onResult(NameResolver.ResolutionResult result) {
			}

			@Override
			public void onError(Status error) {
			}

		});
		this.clusters = new Clusters(this.addresses, new Threads(this.scheduler.executor(), () -> {
			this.whenTimeIsRead.run();
			return this.scheduler.now();
		}), this::ask, this.connected::incrementAndGet);
	}

	private InetAddress[] lookUp(String host) throws UnknownHostException {
		String address = host.equals("etcd") ? this.names.get(host) : host;
		if (address == null) {
			throw new UnknownHostException(host);
		}
		return InetAddress.getAllByName(address);
	}

	private CompletableFuture<Identity> ask(Address address) {
		this.asked.incrementAndGet();
		int number = address.socket().getAddress().getAddress()[3];
		return CompletableFuture.completedFuture(this.answers.getOrDefault(number, Identity.NONE));
	}

	private void answers(int number, long cluster) {
		this.answers.put(number, Identity.of(cluster));
	}

	private boolean heard(int number, long cluster) {
		boolean ours = this.clusters.isOurs(socket(number), cluster);
		this.scheduler.runReady();
		return ours;
	}

	private void advance(int seconds) {
		this.scheduler.advance(Duration.ofSeconds(seconds));
	}

	private List<Integer> leftOut() {
		return List.of(1, 2, 3).stream().filter((number) -> this.clusters.leavesOut(socket(number))).toList();
	}

	private static InetSocketAddress socket(int number) {
		return new InetSocketAddress("10.0.0." + number, 1);
	}

}
