package io.github.etcddiscovery.grpc;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;
import io.grpc.EquivalentAddressGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** One group for each instance, in an order of the channel's own. */
class AddressGroupsTests {

	private static final Instance A = Instance.of("echo", "10.0.0.1", 80);

	private static final Instance B = Instance.of("echo", "10.0.0.2", 80);

	@Test
	void eachInstanceIsOneGroupWithItsWeightZoneAndMetadata() {
		Instance instance = A.withWeight(30).withTag("zone", "z1").withTag("version", "v1");
		EquivalentAddressGroup group = groups(1, instance).get(0);
		assertThat(group.getAddresses()).containsExactly(new InetSocketAddress("10.0.0.1", 80));
		assertThat(group.getAttributes().get(InstanceAttributes.WEIGHT)).isEqualTo(30);
		assertThat(group.getAttributes().get(InstanceAttributes.ZONE)).isEqualTo("z1");
		assertThat(group.getAttributes().get(InstanceAttributes.INSTANCE).tags()).containsEntry("version", "v1");
	}

	@Test
	void withoutZoneThereIsNoSuchAttribute() {
		assertThat(groups(1, A).get(0).getAttributes().get(InstanceAttributes.ZONE)).isNull();
	}

	@Test
	void whatGrpcLogsHoldsNoMetadata() {
		assertThat(groups(1, A.withTag("token", "secret")).toString()).contains("10.0.0.1").doesNotContain("secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "z\n1", "z\u001b[31m", "z\u202e1", "z\u20281", "z\u0000" })
	void aZoneThatCouldForgeALineOfALogIsNotShown(String zone) {
		EquivalentAddressGroup group = groups(1, A.withTag("zone", zone)).get(0);
		assertThat(group.toString()).doesNotContain(zone);
		assertThat(group.getAttributes().get(InstanceAttributes.ZONE)).isNull();
		assertThat(group.getAttributes().get(InstanceAttributes.INSTANCE).zone()).isEqualTo(zone);
	}

	@ParameterizedTest
	@ValueSource(strings = { "eu-west-1a", "\u676d\u5dde", "zone 1", "" })
	void everyOtherZoneIsShownAsItIs(String zone) {
		assertThat(groups(1, A.withTag("zone", zone)).get(0).getAttributes().get(InstanceAttributes.ZONE))
			.isEqualTo(zone);
	}

	@ParameterizedTest
	@CsvSource({ "9090, 9090", "0, 80", "65536, 80", "x, 80", "'', 80" })
	void thePortIsThatOfTheGrpcServerWhereTheInstanceNamesOne(String tag, int port) {
		EquivalentAddressGroup group = groups(1, A.withTag(Instance.GRPC_PORT, tag)).get(0);
		assertThat(group.getAddresses()).containsExactly(new InetSocketAddress("10.0.0.1", port));
	}

	@Test
	void thePortOfAServerWithTlsCountsWhereThereIsNoOther() {
		Instance tls = A.withTag(Instance.GRPCS_PORT, "9443");
		assertThat(groups(1, tls).get(0).getAddresses()).containsExactly(new InetSocketAddress("10.0.0.1", 9443));
		assertThat(groups(1, tls.withTag(Instance.GRPC_PORT, "9090")).get(0).getAddresses())
			.containsExactly(new InetSocketAddress("10.0.0.1", 9090));
	}

	@Test
	void anInstanceWithoutAddressIsLeftOut() {
		assertThat(groups(1, A, Instance.of("echo", "a.example.org", 80))).hasSize(1);
	}

	@Test
	void aChannelsOrderDoesNotDependOnThatOfTheRegistryAndSurvivesComingAndGoing() {
		List<Instance> many = many(50);
		AddressGroups groups = new AddressGroups(7);
		List<Instance> order = groups.order(many);
		List<Instance> shuffled = new ArrayList<>(many);
		Collections.shuffle(shuffled, new Random(1));
		assertThat(groups.order(shuffled)).isEqualTo(order);
		List<Instance> left = new ArrayList<>(order);
		shuffled.remove(left.remove(10));
		assertThat(groups.order(shuffled)).isEqualTo(left);
	}

	@Test
	void channelsThatTakeTheFirstAreSpreadByWeight() {
		Instance heavy = B.withWeight(30);
		int first = 0;
		for (int channel = 0; channel < 10_000; channel++) {
			if (new AddressGroups(channel * 7919L).order(List.of(A, heavy)).get(0).equals(heavy)) {
				first++;
			}
		}
		assertThat(first).isBetween(7_300, 7_700);
	}

	private static List<Instance> many(int count) {
		List<Instance> instances = new ArrayList<>();
		for (int i = 1; i <= count; i++) {
			instances.add(Instance.of("echo", "10.0.1." + i, 80));
		}
		return instances;
	}

	private static List<EquivalentAddressGroup> groups(long seed, Instance... instances) {
		return AddressGroups.of(new AddressGroups(seed).order(List.of(instances)), AddressGroupsTests::addresses);
	}

	private static List<InetAddress> addresses(String host) {
		try {
			return HostPort.isIpAddress(host) ? List.of(InetAddress.getByName(host)) : List.of();
		}
		catch (UnknownHostException ex) {
			throw new AssertionError(ex);
		}
	}

}
