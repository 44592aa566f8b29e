package io.github.etcddiscovery.address;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class AddressFilterTests {

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0.0", "::", "0:0:0:0:0:0:0:0", "169.254.169.254", "169.254.0.0", "169.254.255.255",
			"224.0.0.1", "239.255.255.255", "fe80::1", "fe80::1%eth0", "febf::", "ff02::1", "::ffff:169.254.169.254",
			"::ffff:0.0.0.0", "::FFFF:a9fe:a9fe", "::ffff:224.0.0.1" })
	void alwaysDeniesWhatNoInstanceHas(String host) {
		assertThat(AddressFilter.denying(List.of()).denies(host)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "::1", "10.0.0.5", "169.253.255.255", "169.255.0.0", "223.255.255.255",
			"240.0.0.1", "0.0.0.1", "fec0::1", "fe7f::1", "fd00::1", "localhost", "metadata.internal",
			"::ffff:10.0.0.5", "2001:db8::a9fe:a9fe", "fd00::169.254.169.254", "2003:a9fe:a9fe::1" })
	void allowsEverythingElse(String host) {
		assertThat(AddressFilter.denying(List.of()).denies(host)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "::169.254.169.254", "::a9fe:a9fe", "0:0:0:0:0:0:169.254.169.254", "64:ff9b::a9fe:a9fe",
			"0064:FF9B::169.254.169.254", "2002:a9fe:a9fe::1", "2002:A9FE:A9FE:1:2:3:4:5", "::ffff:0:169.254.169.254",
			"::ffff:0:a9fe:a9fe", "64:ff9b:1::a9fe:a9fe", "64:ff9b:1:abcd:1:2:a9fe:a9fe", "64:ff9b:1:a9fe:a9:fe00::",
			"64:ff9b:1:7a9:fe:a9fe::", "64:ff9b:1:ffff:a9:fea9:fe00:0", "fd00::5efe:169.254.169.254",
			"2001:db8::200:5efe:a9fe:a9fe", "2001:0:a9fe:a9fe::1", "2001:0:0a00:1:8000:f227:5601:5601",
			"64:ff9b::224.0.0.1", "2002:e000:1::", "64:ff9b::169.254.169.254%eth0" })
	void judgesAnIpv6AddressByTheIpv4AddressThatItCarries(String host) {
		assertThat(AddressFilter.denying(List.of()).denies(host)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "::10.0.0.5", "64:ff9b::10.0.0.5", "2002:a00:5::1", "::ffff:0:10.0.0.5",
			"64:ff9b:1::10.0.0.5", "64:ff9b:1:a00:0:500::", "64:ff9b:1:a:0:5::", "64:ff9b:1:0:a:0:500:0",
			"fd00::5efe:10.0.0.5", "2001:0:4136:e378:8000:63bf:f5ff:fffa" })
	void allowsAnIpv6AddressThatCarriesAnIpv4AddressWhichIsAllowed(String host) {
		assertThat(AddressFilter.denying(List.of()).denies(host)).isFalse();
		assertThat(AddressFilter.denying(List.of("10.0.0.0/8")).denies(host)).isTrue();
		assertThat(AddressFilter.denying(List.of("11.0.0.0/8")).denies(host)).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "10.0.0.0/8, 10.255.255.255, 11.0.0.0", "10.1.2.3/8, 10.9.9.9, 9.255.255.255",
			"192.168.4.0/22, 192.168.7.255, 192.168.8.0", "10.0.0.5, 10.0.0.5, 10.0.0.6",
			"10.0.0.4/31, 10.0.0.5, 10.0.0.6", "0.0.0.0/0, 8.8.8.8, ::1", "0.0.0.0/8, 0.1.2.3, ::1",
			"128.0.0.0/1, 200.0.0.1, 127.0.0.1", "fd00::/8, fdff::1, fc00::1",
			"2001:db8::/33, 2001:db8:7fff::, 2001:db8:8000::", "2001:db8::1, 2001:db8::1, 2001:db8::2",
			"::/0, 2001:db8::1, 10.0.0.5", "::ffff:10.0.0.0/104, 10.9.9.9, 11.0.0.0",
			"::ffff:10.0.0.5, 10.0.0.5, 10.0.0.6" })
	void deniesConfiguredBlocks(String block, String denied, String allowed) {
		AddressFilter filter = AddressFilter.denying(List.of("198.51.100.0/24", block));
		assertThat(filter.denies(denied)).isTrue();
		assertThat(filter.denies(allowed)).isFalse();
		assertThat(filter.denies("198.51.100.7")).isTrue();
	}

	@Test
	void ipv4BlocksDenyMappedAddresses() {
		assertThat(AddressFilter.denying(List.of("10.0.0.0/8")).denies("::ffff:10.0.0.5")).isTrue();
	}

	@Test
	void deniesWhatNamesLeadTo() throws UnknownHostException {
		AddressFilter filter = AddressFilter.denying(List.of("10.0.0.0/8"));
		assertThat(filter.denies(InetAddress.getByName("10.0.0.5"))).isTrue();
		assertThat(filter.denies(InetAddress.getByName("169.254.169.254"))).isTrue();
		assertThat(filter.denies(InetAddress.getByName("11.0.0.5"))).isFalse();
		byte[] linkLocal = InetAddress.getByName("fe80::1").getAddress();
		assertThat(filter.denies(Inet6Address.getByAddress(null, linkLocal, 7))).isTrue();
		byte[] mapped = new byte[16];
		mapped[10] = (byte) 0xff;
		mapped[11] = (byte) 0xff;
		mapped[12] = 10;
		assertThat(filter.denies(Inet6Address.getByAddress(null, mapped, -1))).isTrue();
		assertThat(filter.denies(InetAddress.getByName("64:ff9b::10.0.0.5"))).isTrue();
		assertThat(filter.denies(InetAddress.getByName("64:ff9b::11.0.0.5"))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0/8", "::/129",
			"fe80::1%eth0/64", "host/8", "localhost", "[::1]/128", "::ffff:10.0.0.0/8", "10.0.0.0/+8", "10.0.0.0 /8",
			"10.0.0.0/0008" })
	void namesTheBlockThatItCannotRead(String block) {
		assertThatIllegalArgumentException().isThrownBy(() -> AddressFilter.denying(List.of("10.0.0.0/8", block)))
			.withMessageContaining("'" + block + "'")
			.withMessageContaining("CIDR");
	}

}
