package io.github.etcddiscovery.resolver;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.file.Saved;
import io.github.etcddiscovery.file.SavedInstance;
import io.github.etcddiscovery.file.SavedRange;
import io.github.etcddiscovery.file.SnapshotFile;
import io.github.etcddiscovery.model.Call;
import io.github.etcddiscovery.model.LoggedLines;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.github.etcddiscovery.resolver.Rig.instance;
import static org.assertj.core.api.Assertions.assertThat;

/** What a resolver shows that begins with a snapshot file. */
class RestartWithoutEtcdTests {

	private static final Layout SECOND = new Layout(InstanceCodec.kitex(), "second");

	/** So long the model's clients, and lookups, wait for an etcd that is away. */
	private static final Duration LIMIT = Duration.ofSeconds(3);

	private static final Duration AGE = Duration.ofMinutes(20);

	@RegisterExtension
	final LoggedLines log = new LoggedLines("io.github.etcddiscovery");

	@TempDir
	Path folder;

	private final Rig rig = new Rig();

	private UnaryOperator<ResolverOptions> options(Scope scope) {
		return (options) -> options.withScope(scope).withSnapshotFile(this.folder.resolve("snapshot"));
	}

	private static SavedInstance saved(Layout layout, Instance instance) {
		return new SavedInstance(layout.key(instance), instance, 7, 9);
	}

	/** Instances 1 and 2 of service a, as they were a while ago. */
	private void write(Scope scope) {
		write(options(scope), Map.of(new SavedRange(0, (scope == Scope.SERVICE) ? "a" : null),
				List.of(saved(Rig.KITEX, instance("a", 1)), saved(Rig.KITEX, instance("a", 2)))));
	}

	private void write(UnaryOperator<ResolverOptions> options, Map<SavedRange, List<SavedInstance>> ranges) {
		SnapshotFile.of(this.folder.resolve("snapshot"))
			.write(LastKnown.describe(List.of("http://model:2379"), options.apply(ResolverOptions.defaults())),
					new Saved(AGE, ranges));
	}

	@ParameterizedTest
	@EnumSource
	void isServedFromTheFileAsSoonAsTheFirstListHasFailed(Scope scope) {
		write(scope);
		this.rig.etcd.refuse(Kind.UNAVAILABLE, Call.LIST);
		EtcdResolver resolver = this.rig.start(options(scope));
		CompletableFuture<ServiceSnapshot> read = resolver.whenRead("a").toCompletableFuture();
		this.rig.run();
		assertThat(read).isCompleted();
		assertThat(read.join().state()).isEqualTo(State.READ);
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.1", "10.0.0.2");
		assertThat(resolver.services()).containsExactly("a");
		assertThat(resolver.whyUnread("a")).isNull();
		assertThat(resolver.layouts()).singleElement().extracting(LayoutStatus::fromFile).isEqualTo(true);
		assertThat(this.log.at("INFO")).singleElement().asString().contains(" 1200 s ago", "snapshot");
	}

	@Test
	void aServiceThatTheFileOfAWholePrefixDoesNotHaveIsReadAndEmpty() {
		write(Scope.PREFIX);
		this.rig.etcd.down();
		this.rig.start(options(Scope.PREFIX));
		this.rig.advance(LIMIT);
		assertThat(this.rig.resolver.await("other").state()).isEqualTo(State.READ);
	}

	@Test
	void aServiceThatWasNotFollowedIsUnread() {
		write(Scope.SERVICE);
		this.rig.etcd.down();
		this.rig.start(options(Scope.SERVICE));
		this.rig.resolver.snapshot("other");
		this.rig.advance(Duration.ofSeconds(3));
		assertThat(this.rig.resolver.await("other").state()).isEqualTo(State.UNREAD);
	}

	@Test
	void isAsOldAsTheFileAndGrowsOlder() {
		write(Scope.PREFIX);
		this.rig.etcd.down();
		EtcdResolver resolver = this.rig.start(options(Scope.PREFIX));
		this.rig.advance(LIMIT);
		assertThat(resolver.staleFor()).isBetween(AGE, AGE.plusMinutes(1));
		Duration before = resolver.staleFor();
		this.rig.advance(Duration.ofMinutes(5));
		assertThat(resolver.staleFor()).isEqualTo(before.plusMinutes(5));
		this.rig.etcd.up();
		this.rig.advance(Duration.ofSeconds(8));
		assertThat(resolver.staleFor()).isZero();
		this.rig.etcd.down();
		this.rig.advance(Duration.ofSeconds(5));
		assertThat(resolver.staleFor()).isEqualTo(Duration.ofSeconds(5));
	}

	@ParameterizedTest
	@EnumSource
	void anEtcdThatAnswersIsNeverPrecededByWhatIsOld(Scope scope) {
		write(scope);
		this.rig.put(instance("a", 3));
		this.rig.etcd.delay(Call.LIST, Duration.ofMillis(2_900));
		EtcdResolver resolver = this.rig.start(options(scope));
		List<String> told = new ArrayList<>();
		resolver.subscribe("a", (snapshot) -> told.add(snapshot.state() + " " + snapshot.instances().size()));
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(told).containsExactly("READ 1");
		assertThat(this.log.at("INFO")).isEmpty();
	}

	@Test
	void anEtcdThatIsSilentIsWaitedForAsLongAsLookupsWait() {
		write(Scope.PREFIX);
		this.rig.etcd.freeze();
		this.rig.start((options) -> Rig.timing(Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ZERO)
			.apply(options(Scope.PREFIX).apply(options)));
		this.rig.advance(Duration.ofMillis(999));
		assertThat(this.rig.hosts("a")).isEmpty();
		this.rig.advance(Duration.ofMillis(1));
		assertThat(this.rig.hosts("a")).hasSize(2);
	}

	@Test
	void whereLookupsDoNotWaitTheFirstListIsWaitedForAllTheSame() {
		write(Scope.PREFIX);
		this.rig.etcd.delay(Call.LIST, Duration.ofSeconds(1));
		this.rig.start((options) -> Rig.timing(Duration.ZERO, Duration.ofMinutes(5), Duration.ZERO)
			.apply(options(Scope.PREFIX).apply(options)));
		this.rig.run();
		assertThat(this.rig.hosts("a")).isEmpty();
		this.rig.advance(Duration.ofSeconds(1));
		assertThat(this.rig.resolver.snapshot("a").state()).isEqualTo(State.READ);
		assertThat(this.rig.hosts("a")).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void whatEtcdSaysReplacesItAndNothingOfItIsYoung(Scope scope) {
		write(scope);
		this.rig.put(instance("a", 2));
		this.rig.put(instance("a", 3));
		this.rig.etcd.down();
		EtcdResolver resolver = this.rig.start(options(scope));
		resolver.snapshot("a");
		this.rig.advance(LIMIT);
		Instance kept = resolver.snapshot("a").instances().get(1);
		this.rig.etcd.up();
		this.rig.advance(Duration.ofSeconds(8));
		ServiceSnapshot snapshot = resolver.snapshot("a");
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.2", "10.0.0.3");
		assertThat(snapshot.instances().get(0)).isSameAs(kept);
		assertThat(snapshot.discovered(0).appearedAt()).isEqualTo(DiscoveredInstance.NOT_YOUNG);
		assertThat(snapshot.discovered(1).appearedAt()).isEqualTo(DiscoveredInstance.NOT_YOUNG);
		assertThat(snapshot.discovered(0).revision()).isEqualTo(2);
		assertThat(resolver.layouts()).singleElement().extracting(LayoutStatus::fromFile).isEqualTo(false);
	}

	@Test
	void nobodyIsToldWhereEtcdSaysTheSame() {
		write(Scope.PREFIX);
		this.rig.put(instance("a", 1));
		this.rig.put(instance("a", 2));
		this.rig.etcd.down();
		EtcdResolver resolver = this.rig.start(options(Scope.PREFIX));
		List<ServiceSnapshot> told = new ArrayList<>();
		resolver.subscribe("a", told::add);
		this.rig.advance(LIMIT);
		this.rig.etcd.up();
		this.rig.advance(Duration.ofMinutes(10));
		assertThat(told).singleElement().isSameAs(resolver.snapshot("a"));
		assertThat(told.get(0).discovered(0).lease()).isZero();
		this.rig.put(instance("a", 3));
		this.rig.run();
		assertThat(told).hasSize(2);
		assertThat(told.get(1).discovered(2).appearedAt()).isNotEqualTo(DiscoveredInstance.NOT_YOUNG);
	}

	@Test
	void addressesThatAreDeniedByNowAreLeftOut() {
		write(Scope.PREFIX);
		this.rig.etcd.down();
		this.rig.start((options) -> options(Scope.PREFIX).apply(options).withDeniedAddresses(List.of("10.0.0.2/32")));
		this.rig.advance(LIMIT);
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.1");
		assertThat(this.rig.rejected).containsExactly("address");
	}

	@ParameterizedTest
	@EnumSource
	void ofSeveralLayoutsThoseAreServedFromItThatEtcdDoesNotTellOf(Scope scope) {
		UnaryOperator<ResolverOptions> options = (each) -> options(scope).apply(each).withLayouts(Rig.KITEX, SECOND);
		String service = (scope == Scope.SERVICE) ? "a" : null;
		write(options, Map.of(new SavedRange(0, service), List.of(saved(Rig.KITEX, instance("a", 1))),
				new SavedRange(1, service), List.of(saved(SECOND, instance("a", 2)))));
		this.rig.put(Rig.KITEX, instance("a", 3));
		this.rig.etcd.forbidReads(KeyRange.prefix(Bytes.utf8("second/")));
		EtcdResolver resolver = this.rig.start(options);
		resolver.snapshot("a");
		this.rig.run();
		assertThat(resolver.snapshot("a").state()).isEqualTo(State.READ);
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.3", "10.0.0.2");
		assertThat(resolver.layouts()).extracting(LayoutStatus::fromFile).containsExactly(false, true);
		assertThat(resolver.staleFor()).isGreaterThanOrEqualTo(AGE);
		this.rig.etcd.permit(KeyRange.prefix(Bytes.utf8("second/")));
		this.rig.advance(Duration.ofMinutes(1));
		assertThat(this.rig.hosts("a")).containsExactly("10.0.0.3");
		assertThat(resolver.staleFor()).isZero();
	}

	@Test
	void oneThatIsTooOldToBeShownIsIgnored() {
		write(Scope.PREFIX);
		this.rig.etcd.down();
		EtcdResolver resolver = this.rig.start((options) -> limited(options, AGE));
		this.rig.advance(LIMIT);
		assertThat(resolver.await("a").instances()).isEmpty();
		assertThat(resolver.await("a").state()).isEqualTo(State.UNREAD);
		assertThat(resolver.staleFor()).isEqualTo(LIMIT);
		assertThat(this.log.at("WARN")).filteredOn((line) -> line.contains("is ignored"))
			.singleElement()
			.asString()
			.contains("older than the stale timeout");
	}

	@Test
	void oneThatBecomesTooOldIsShownNoLonger() {
		write(Scope.PREFIX);
		this.rig.put(instance("a", 1));
		this.rig.etcd.down();
		EtcdResolver resolver = this.rig.start((options) -> limited(options, AGE.plusMinutes(2)));
		List<Integer> told = new ArrayList<>();
		resolver.subscribe("a", (snapshot) -> told.add(snapshot.instances().size()));
		this.rig.advance(Duration.ofMinutes(3));
		assertThat(told).containsExactly(2, 0);
		this.rig.etcd.up();
		this.rig.advance(Duration.ofSeconds(8));
		assertThat(told).containsExactly(2, 0, 1);
	}

	private ResolverOptions limited(ResolverOptions options, Duration stale) {
		return Rig.timing(LIMIT, Duration.ofMinutes(5), stale).apply(options(Scope.PREFIX).apply(options));
	}

	@Test
	void aRefusalIsNoAnswerOfWhatStandsThere() {
		write(Scope.PREFIX);
		this.rig.etcd.refuse(Kind.LOGIN_REFUSED, Call.LIST);
		EtcdResolver resolver = this.rig.start(options(Scope.PREFIX));
		this.rig.run();
		assertThat(this.rig.hosts("a")).hasSize(2);
		assertThat(resolver.staleFor()).isGreaterThanOrEqualTo(AGE);
	}

	@Test
	void aFileOfOtherLayoutsIsIgnored() {
		write(Scope.PREFIX);
		this.rig.etcd.down();
		this.rig.start((options) -> options(Scope.PREFIX).apply(options).withLayouts(SECOND));
		this.rig.advance(LIMIT);
		assertThat(this.rig.hosts("a")).isEmpty();
		assertThat(this.log.at("WARN")).filteredOn((line) -> line.contains("is ignored")).hasSize(1);
	}

}
