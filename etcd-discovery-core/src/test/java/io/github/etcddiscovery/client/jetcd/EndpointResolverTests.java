package io.github.etcddiscovery.client.jetcd;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

import io.github.etcddiscovery.model.Unspeakable;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EndpointResolverTests {

	private final Map<String, List<String>> names = new HashMap<>();

	private final List<StatusOr<List<EquivalentAddressGroup>>> told = new ArrayList<>();

	private Addresses addresses;

	/** What the name service throws; null for nothing. */
	private Error fault;

	private Executor lookups = Runnable::run;

	@Test
	void everyAddressOfEveryNameIsTold() {
		this.names.put("a", List.of("10.0.0.1", "10.0.0.2"));
		this.names.put("b", List.of("2001:db8::1"));
		start("a:1", "b:2", "10.0.0.9:3");
		assertThat(told()).containsExactly("10.0.0.1:1", "10.0.0.2:1", "2001:db8:0:0:0:0:0:1:2", "10.0.0.9:3");
	}

	@Test
	void noAddressIsToldBeforeEachNameWasLookedUpOnce() {
		this.names.put("a", List.of("10.0.0.1"));
		start("10.0.0.9:3", "a:1", "b:2");
		assertThat(this.told).hasSize(1);
		assertThat(told()).containsExactly("10.0.0.9:3", "10.0.0.1:1");
	}

	@Test
	void everyAddressCarriesTheNameOfItsCertificate() {
		this.names.put("a", List.of("10.0.0.1", "10.0.0.2"));
		start("a:1", "[::1]:2");
		assertThat(this.told.get(this.told.size() - 1).getValue())
			.map((group) -> group.getAttributes().get(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE))
			.containsExactly("a:1", "a:1", "[::1]:2");
	}

	@Test
	void twoNamesOfOneAddressCountOnce() {
		this.names.put("a", List.of("10.0.0.1"));
		this.names.put("b", List.of("10.0.0.1"));
		start("a:1", "b:1");
		assertThat(told()).containsExactly("10.0.0.1:1");
	}

	@Test
	void namesAreLookedUpAnewAfterABreak() {
		this.names.put("a", List.of("10.0.0.1"));
		NameResolver resolver = start("a:1");
		this.names.put("a", List.of("10.0.0.2"));
		resolver.refresh();
		assertThat(told()).containsExactly("10.0.0.2:1");
	}

	@Test
	void aNameIsLookedUpAgainWhateverTheNameServiceHasThrown() {
		this.names.put("a", List.of("10.0.0.1"));
		this.fault = new LinkageError("a name service of a user");
		NameResolver resolver = start("a:1");
		assertThat(this.told).last().matches((told) -> !told.hasValue());
		this.fault = null;
		resolver.refresh();
		assertThat(told()).containsExactly("10.0.0.1:1");
	}

	@Test
	void aNameIsLookedUpAgainThoughALookupFoundNoMemory() {
		this.names.put("a", List.of("10.0.0.1"));
		this.lookups = (task) -> {
			throw new InternalError("as a test has it");
		};
		NameResolver resolver = start("a:1");
		assertThat(this.told).isEmpty();
		this.lookups = Runnable::run;
		resolver.refresh();
		assertThat(told()).containsExactly("10.0.0.1:1");
	}

	@Test
	void soItIsWhereNotEvenItsFailureCouldBeHandedOver() {
		this.names.put("a", List.of("10.0.0.1"));
		this.fault = new Unspeakable();
		List<Runnable> begun = new ArrayList<>();
		this.lookups = begun::add;
		NameResolver resolver = start("a:1");
		assertThatThrownBy(() -> begun.get(0).run()).isSameAs(this.fault);
		this.fault = null;
		this.lookups = Runnable::run;
		resolver.refresh();
		assertThat(told()).containsExactly("10.0.0.1:1");
	}

	@Test
	void addressesStayInUseWhileTheNameServiceIsAway() {
		this.names.put("a", List.of("10.0.0.1"));
		NameResolver resolver = start("a:1");
		this.names.clear();
		resolver.refresh();
		assertThat(this.told).hasSize(2);
		assertThat(told()).containsExactly("10.0.0.1:1");
	}

	@Test
	void unknownNameLeavesTheOthersInUse() {
		this.names.put("b", List.of("10.0.0.1"));
		NameResolver resolver = start("a:1", "b:2");
		assertThat(told()).containsExactly("10.0.0.1:2");
		this.names.put("a", List.of("10.0.0.3"));
		resolver.refresh();
		assertThat(told()).containsExactly("10.0.0.3:1", "10.0.0.1:2");
	}

	@Test
	void namesThatAreAllUnknownAreAnErrorThatNamesOneInOneLine() {
		start("a:1");
		Status status = this.told.get(0).getStatus();
		assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
		assertThat(status.getDescription()).isEqualTo("unknown host a: not known here");
		// gRPC logs the status at each attempt, with the stack of its cause.
		assertThat(status.getCause()).isNull();
	}

	@Test
	void aFreshConnectionBeginsWithWhatTheOthersHaveLearnt() {
		this.names.put("a", List.of("10.0.0.1"));
		start("a:1").shutdown();
		this.names.clear();
		this.told.clear();
		connect();
		assertThat(this.told).allMatch(StatusOr::hasValue);
		assertThat(told()).containsExactly("10.0.0.1:1");
	}

	@Test
	void whereEtcdHasAnsweredIsTriedBesideWhatTheNameServiceSaysNow() {
		this.names.put("a", List.of("10.0.0.1"));
		NameResolver resolver = start("a:1");
		this.addresses.answered(socket("10.0.0.1", 1));
		this.names.put("a", List.of("10.0.0.2"));
		resolver.refresh();
		assertThat(told()).containsExactly("10.0.0.2:1", "10.0.0.1:1");
		this.addresses.answered(socket("10.0.0.2", 1));
		assertThat(told()).as("once etcd has answered there").containsExactly("10.0.0.2:1");
	}

	@Test
	void anAddressThatAnotherClusterHasGotIsDroppedUnlessTheNameServiceSaysItNow() {
		this.names.put("a", List.of("10.0.0.1"));
		NameResolver resolver = start("a:1", "10.0.0.9:3");
		this.addresses.answered(socket("10.0.0.1", 1));
		this.addresses.drop(socket("10.0.0.1", 1));
		assertThat(told()).contains("10.0.0.1:1");
		this.names.clear();
		resolver.refresh();
		assertThat(told()).contains("10.0.0.1:1");
		this.addresses.drop(socket("10.0.0.1", 1));
		this.addresses.drop(socket("10.0.0.9", 3));
		assertThat(told()).containsExactly("10.0.0.9:3");
		this.names.put("a", List.of("10.0.0.1"));
		resolver.refresh();
		assertThat(told()).containsExactly("10.0.0.1:1", "10.0.0.9:3");
	}

	@Test
	void whatIsLeftOutIsNotToldUnlessNothingElseIsThere() {
		start("10.0.0.1:1", "10.0.0.2:1");
		this.addresses.leaveOut(Set.of(socket("10.0.0.1", 1)));
		assertThat(told()).containsExactly("10.0.0.2:1");
		this.addresses.leaveOut(Set.of(socket("10.0.0.1", 1), socket("10.0.0.2", 1)));
		assertThat(told()).containsExactly("10.0.0.1:1", "10.0.0.2:1");
		this.addresses.leaveOut(Set.of());
		assertThat(told()).containsExactly("10.0.0.1:1", "10.0.0.2:1");
	}

	private static InetSocketAddress socket(String address, int port) {
		return new InetSocketAddress(address, port);
	}

	@Test
	void nothingIsToldAfterShutdown() {
		NameResolver resolver = start("10.0.0.1:1");
		resolver.shutdown();
		resolver.refresh();
		assertThat(this.told).hasSize(1);
	}

	private NameResolver start(String... endpoints) {
		this.addresses = new Addresses(Endpoint.parseAll(List.of(endpoints), false), this::lookUp,
				(task) -> this.lookups.execute(task));
		return connect();
	}

	/** As each fresh connection does. */
	private NameResolver connect() {
		NameResolver resolver = new EndpointResolver(this.addresses);
		resolver.start(new NameResolver.Listener2() {

			@Override
			public void onResult(NameResolver.ResolutionResult result) {
				EndpointResolverTests.this.told.add(result.getAddressesOrError());
			}

			@Override
			public void onError(Status error) {
				EndpointResolverTests.this.told.add(StatusOr.fromStatus(error));
			}
		});
		return resolver;
	}

	private InetAddress[] lookUp(String host) throws UnknownHostException {
		if (this.fault != null) {
			throw this.fault;
		}
		if (host.contains(":") || host.startsWith("10.")) {
			return InetAddress.getAllByName(host); // an address already
		}
		List<InetAddress> addresses = new ArrayList<>();
		for (String address : this.names.getOrDefault(host, List.of())) {
			addresses.addAll(List.of(InetAddress.getAllByName(address)));
		}
		if (addresses.isEmpty()) {
			throw new UnknownHostException(host + ": not known here");
		}
		return addresses.toArray(InetAddress[]::new);
	}

	private List<String> told() {
		return this.told.get(this.told.size() - 1)
			.getValue()
			.stream()
			.map((group) -> (InetSocketAddress) group.getAddresses().get(0))
			.map((socket) -> socket.getAddress().getHostAddress() + ":" + socket.getPort())
			.toList();
	}

}
