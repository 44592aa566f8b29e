package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;

/** How often the names of all services are read where one of two layouts fails. */
class ServiceNamesTests {

	private static final Layout SECOND = new Layout(InstanceCodec.kitex(), "second");

	private final Rig rig = new Rig();

	private EtcdResolver resolver;

	@BeforeEach
	void startWithTwoLayouts() {
		this.rig.put(instance("a", 1));
		this.rig.put(SECOND, instance("b", 1));
		this.resolver = this.rig.start((options) -> options.withScope(Scope.SERVICE).withLayouts(Rig.KITEX, SECOND));
		this.rig.run();
	}

	@Test
	void aLayoutThatMayNotBeListedIsTriedNoMoreOftenThanTheOthersAreRead() {
		KeyRange forbidden = KeyRange.prefix(Bytes.utf8("second/"));
		this.rig.etcd.forbidReads(forbidden);
		try (LoggedLines log = new LoggedLines(EtcdResolver.class.getName())) {
			askForSeconds(29);
			assertThat(this.rig.etcd.calls(Call.LIST_KEYS)).isEqualTo(2);
			assertThat(this.resolver.services()).containsExactly("a");
			askForSeconds(31);
			assertThat(this.rig.etcd.calls(Call.LIST_KEYS)).isEqualTo(4);
			assertThat(log.at("WARN")).singleElement().asString().contains("second", "permission denied");
			assertThat(log.at("INFO")).isEmpty();
			this.rig.etcd.permit(forbidden);
			askForSeconds(90);
			assertThat(log.at("INFO")).singleElement().asString().contains("second", "again");
		}
		assertThat(this.resolver.services()).containsExactly("a", "b");
	}

	@Test
	void onlyTheLayoutThatGotNoAnswerIsReadAgainSoon() {
		this.rig.etcd.withhold(Call.LIST_KEYS, 1);
		this.resolver.whenServices();
		this.rig.advance(Duration.ofSeconds(4));
		assertThat(this.resolver.services()).containsExactly("b");
		askForSeconds(1);
		assertThat(this.resolver.services()).containsExactly("a", "b");
		askForSeconds(24);
		assertThat(this.rig.etcd.calls(Call.LIST_KEYS)).isEqualTo(3);
		askForSeconds(10);
		assertThat(this.rig.etcd.calls(Call.LIST_KEYS)).isEqualTo(5);
	}

	@Test
	void whoAsksBeforeTheyAreReadQueuesNothingWhereSomebodyHasAsked() {
		this.resolver.whenServices();
		int before = this.rig.scheduler.pending();
		for (int i = 0; i < 100; i++) {
			this.resolver.whenServices();
		}
		assertThat(this.rig.scheduler.pending()).isEqualTo(before);
		this.rig.run();
		assertThat(this.resolver.services()).containsExactly("a", "b");
	}

	@Test
	void whoAsksWhileTheyAreReadQueuesNothing() {
		this.rig.etcd.delay(Call.LIST_KEYS, Duration.ofSeconds(2));
		this.resolver.whenServices();
		this.rig.run();
		int before = this.rig.scheduler.pending();
		for (int i = 0; i < 100; i++) {
			this.resolver.whenServices();
		}
		assertThat(this.rig.scheduler.pending()).isEqualTo(before);
		this.rig.advance(Duration.ofSeconds(2));
		assertThat(this.resolver.services()).containsExactly("a", "b");
	}

	@ParameterizedTest
	@EnumSource(names = { "PERMISSION_DENIED", "UNAVAILABLE" })
	void namesThatSomebodyWasAnsweredWithoutAreToldWhenTheyCome(Kind why) {
		List<String> told = new ArrayList<>();
		this.rig.etcd.refuse(why, Call.LIST_KEYS);
		this.resolver.subscribeAll((snapshot) -> told.add(snapshot.service() + " " + snapshot.state()));
		CompletionStage<List<String>> first = this.resolver.whenServices();
		this.rig.advance(Duration.ofSeconds(4));
		assertThat(first.toCompletableFuture()).isCompletedWithValue(List.of());
		this.rig.etcd.allow();
		this.rig.advance(Duration.ofSeconds(31));
		assertThat(told).containsExactlyInAnyOrder("a UNREAD", "b UNREAD");
	}

	private void askForSeconds(int seconds) {
		for (int i = 0; i < seconds; i++) {
			this.resolver.whenServices();
			this.rig.advance(Duration.ofSeconds(1));
		}
	}

}
