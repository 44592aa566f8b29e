package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;

/** What subscribers are told where one of several layouts does not answer. */
class PartlyReadTests {

	private static final Duration LIMIT = Duration.ofSeconds(3);

	private static final Layout FIRST = Rig.KITEX;

	private static final Layout SECOND = new Layout(InstanceCodec.kitex(), "second");

	private static final KeyRange FORBIDDEN = KeyRange.prefix(Bytes.utf8("second/"));

	private final Rig rig = new Rig();

	private final List<String> told = new ArrayList<>();

	@Test
	void aRefusalIsAnAnswerForWaitingSoWhatTheOthersKnowIsToldAtOnceAndThenEachChange() {
		EtcdResolver resolver = startWithOneForbidden(Scope.PREFIX);
		resolver.subscribe("a", this::note);
		CompletableFuture<ServiceSnapshot> read = resolver.whenRead("a").toCompletableFuture();
		assertThat(read).isNotDone();
		this.rig.run();
		assertThat(this.told).containsExactly("UNREAD 1");
		assertThat(read.join().state()).isEqualTo(State.UNREAD);
		assertThat(resolver.await("a").instances()).hasSize(1);
		assertThat(resolver.await("nobody").state()).isEqualTo(State.UNREAD);
		assertThat(resolver.whyUnread("a")).hasMessageContaining("second/");
		this.rig.put(FIRST, instance("a", 2));
		this.rig.run();
		this.rig.delete(FIRST, instance("a", 1));
		this.rig.run();
		this.rig.delete(FIRST, instance("a", 2));
		this.rig.run();
		assertThat(this.told).containsExactly("UNREAD 1", "UNREAD 2", "UNREAD 1", "UNREAD 0");
		this.rig.etcd.permit(FORBIDDEN);
		this.rig.advance(Duration.ofSeconds(30));
		assertThat(this.told).last().isEqualTo("READ 1");
	}

	@Test
	void soItIsWhereEachServiceIsFollowedByItself() {
		EtcdResolver resolver = startWithOneForbidden(Scope.SERVICE);
		this.rig.advance(Duration.ofMinutes(1));
		resolver.subscribe("a", this::note);
		CompletableFuture<ServiceSnapshot> read = resolver.whenRead("a").toCompletableFuture();
		this.rig.run();
		assertThat(read.join().instances()).hasSize(1);
		this.rig.put(FIRST, instance("a", 2));
		this.rig.run();
		assertThat(this.told).containsExactly("UNREAD 1", "UNREAD 2");
		assertThat(resolver.whenRead("a").toCompletableFuture()).isDone();
		assertThat(resolver.whyUnread("a")).hasMessageContaining("second/a/");
	}

	@Test
	void whereOneDoesNotAnswerWhatTheOthersKnowIsToldAfterTheFirstWait() {
		for (Scope scope : Scope.values()) {
			PartlyReadTests each = new PartlyReadTests();
			each.rig.put(SECOND, instance("a", 1));
			EtcdResolver resolver = each.rig.start((options) -> options.withLayouts(FIRST, SECOND).withScope(scope));
			each.rig.etcd.delay(Call.LIST, Duration.ofSeconds(2));
			resolver.subscribe("a", each::note);
			each.rig.etcd.withhold(Call.LIST, 1);
			each.rig.advance(LIMIT.minusMillis(1));
			assertThat(each.told).isEmpty();
			each.rig.advance(Duration.ofMillis(1));
			assertThat(each.told).containsExactly("UNREAD 1");
		}
	}

	@Test
	void whoSubscribesAfterTheWaitIsToldAtOnce() {
		EtcdResolver resolver = startWithOneForbidden(Scope.PREFIX);
		this.rig.advance(LIMIT);
		resolver.subscribe("a", this::note);
		this.rig.run();
		assertThat(this.told).containsExactly("UNREAD 1");
	}

	@Test
	void nobodyIsToldOfNothing() {
		EtcdResolver resolver = startWithOneForbidden(Scope.PREFIX);
		resolver.subscribe("nobody", this::note);
		this.rig.advance(Duration.ofMinutes(1));
		resolver.subscribe("nobody", this::note);
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(this.told).isEmpty();
	}

	@Test
	void theResolverSaysWhyAServiceHasNotBeenRead() {
		EtcdResolver resolver = startWithOneForbidden(Scope.PREFIX);
		assertThat(resolver.whyUnread("a")).hasMessageContaining("has not answered");
		this.rig.scheduler.advance(Duration.ZERO);
		assertThat(resolver.whyUnread("a")).hasMessageContaining("permission denied");
		this.rig.etcd.permit(FORBIDDEN);
		this.rig.advance(Duration.ofSeconds(30));
		assertThat(resolver.whyUnread("a")).isNull();
		resolver.close();
		assertThat(resolver.whyUnread("a")).hasMessageContaining("closed");
	}

	@Test
	void whereNothingWasHeardYetItNamesTheRange() {
		this.rig.etcd.freeze();
		EtcdResolver resolver = this.rig.start((options) -> options.withLayouts(FIRST).withScope(Scope.SERVICE));
		resolver.snapshot("a");
		this.rig.run();
		assertThat(resolver.whyUnread("a")).hasMessageContaining("kitex/registry-etcd/a/")
			.hasMessageContaining("has not answered");
		assertThat(resolver.whyUnread("b")).isNull();
	}

	@Test
	void eachLayoutHasAStatusOfItsOwnAndARefusedOneSaysWhyAndForHowLong() {
		for (Scope scope : Scope.values()) {
			PartlyReadTests each = new PartlyReadTests();
			EtcdResolver resolver = each.startWithOneForbidden(scope);
			resolver.snapshot("a");
			each.rig.advance(Duration.ofSeconds(42));
			assertThat(resolver.layouts()).extracting(LayoutStatus::layout).containsExactly(FIRST, SECOND);
			assertThat(resolver.layouts().get(0)).isEqualTo(new LayoutStatus(FIRST, null, Duration.ZERO, false));
			assertThat(resolver.layouts().get(1).problem()).hasMessageContaining("permission denied");
			assertThat(resolver.layouts().get(1).since()).isEqualTo(Duration.ofSeconds(42));
			each.rig.etcd.permit(FORBIDDEN);
			each.rig.advance(Duration.ofSeconds(30));
			assertThat(resolver.layouts()).extracting(LayoutStatus::problem).containsOnlyNulls();
		}
	}

	@Test
	void aLayoutThatWasReadAndCannotBeFollowedAnyMoreHasAProblemUntilItCan() {
		EtcdResolver resolver = this.rig.start((options) -> options.withLayouts(FIRST));
		this.rig.run();
		assertThat(resolver.layouts()).extracting(LayoutStatus::problem).containsOnlyNulls();
		this.rig.etcd.down();
		this.rig.advance(Duration.ofSeconds(30));
		assertThat(resolver.layouts().get(0).problem()).isNotNull();
		assertThat(resolver.layouts().get(0).since()).isEqualTo(resolver.staleFor());
		this.rig.etcd.up();
		this.rig.advance(Duration.ofSeconds(30));
		assertThat(resolver.layouts()).extracting(LayoutStatus::problem).containsOnlyNulls();
	}

	private EtcdResolver startWithOneForbidden(Scope scope) {
		this.rig.put(FIRST, instance("a", 1));
		this.rig.put(SECOND, instance("a", 3));
		this.rig.etcd.forbidReads(FORBIDDEN);
		return this.rig.start((options) -> options.withLayouts(FIRST, SECOND).withScope(scope));
	}

	private void note(ServiceSnapshot snapshot) {
		this.told.add(snapshot.state() + " " + snapshot.instances().size());
	}

}
