package io.github.etcddiscovery.test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.github.etcddiscovery.test.binaries.EtcdBinaries;
import io.github.etcddiscovery.test.binaries.EtcdVersion;
import io.github.etcddiscovery.test.tls.EtcdTls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class EtcdSettingsTests {

	private final EtcdSettings defaults = EtcdSettings.defaults();

	@Test
	void aClusterIsOnePlainMemberUnlessToldOtherwise() {
		assertThat(this.defaults.members()).isEqualTo(1);
		assertThat(this.defaults.proxied()).isFalse();
		assertThat(this.defaults.scheme()).isEqualTo("http");
		assertThat(this.defaults.rootPassword()).isEmpty();
		assertThat(this.defaults.tokenTtl()).isEmpty();
		assertThat(this.defaults.flags()).isEmpty();
		assertThat(this.defaults.binaries()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, Integer.MIN_VALUE })
	void aClusterWithoutMembersIsRefused(int members) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.defaults.withMembers(members))
			.withMessage("members: " + members + " (expected: 1 or more)");
	}

	@Test
	void whatIsChangedIsChangedAndAllElseIsKept() {
		EtcdBinaries binaries = new EtcdBinaries(Path.of("/opt/etcd"), new EtcdVersion(3, 6, 1), "given");
		EtcdTls tls = EtcdTls.shared().asMutual();
		EtcdSettings all = this.defaults.withMembers(3)
			.withProxies()
			.withTls(tls)
			.withRootPassword("secret")
			.withSignedTokens(Duration.ofSeconds(5))
			.withFlag("quota-backend-bytes", "1")
			.withBinaries(binaries);

		assertThat(all).isEqualTo(new EtcdSettings(3, true, Optional.of(tls), Optional.of("secret"),
				Optional.of(Duration.ofSeconds(5)), Map.of("quota-backend-bytes", "1"), Optional.of(binaries)));
		assertThat(all.withMembers(5).withMembers(3)).isEqualTo(all);
		assertThat(all.withProxies()).isEqualTo(all);
		assertThat(all.withTls(tls)).isEqualTo(all);
		assertThat(all.withRootPassword("secret")).isEqualTo(all);
		assertThat(all.withSignedTokens(Duration.ofSeconds(5))).isEqualTo(all);
		assertThat(all.withFlag("quota-backend-bytes", "1")).isEqualTo(all);
		assertThat(all.withBinaries(binaries)).isEqualTo(all);
	}

	@Test
	void changesMakeCopies() {
		EtcdSettings three = this.defaults.withMembers(3);
		EtcdSettings proxied = three.withProxies();

		assertThat(this.defaults.members()).isEqualTo(1);
		assertThat(three.proxied()).isFalse();
		assertThat(proxied.members()).isEqualTo(3);
	}

	@Test
	void flagsAddUpAndTheLastOneOfANameWins() {
		EtcdSettings settings = this.defaults.withFlag("a", "1").withFlag("b", "1").withFlag("a", "2");
		assertThat(settings.flags()).isEqualTo(Map.of("a", "2", "b", "1"));
	}

	@Test
	void flagsAreCopied() {
		Map<String, String> flags = new HashMap<>(Map.of("a", "1"));
		EtcdSettings settings = new EtcdSettings(1, false, Optional.empty(), Optional.empty(), Optional.empty(), flags,
				Optional.empty());
		flags.put("b", "1");
		assertThat(settings.flags()).containsOnlyKeys("a");
	}

	@Test
	void withTlsClientsAreServedByAGoodCertificateOfTheSharedAuthority() {
		EtcdSettings settings = this.defaults.withTls();
		assertThat(settings.scheme()).isEqualTo("https");
		assertThat(settings.tls()).contains(EtcdTls.shared());
		assertThat(settings.tls().map(EtcdTls::mutual)).contains(false);
	}

	@Test
	void withMutualTlsClientsHaveToShowACertificateToo() {
		EtcdSettings settings = this.defaults.withMutualTls();
		assertThat(settings.scheme()).isEqualTo("https");
		assertThat(settings.tls().map(EtcdTls::mutual)).contains(true);
	}

	@Test
	void theTextHasWhatMattersAndNoSecret() {
		String text = this.defaults.withMembers(3)
			.withTls()
			.withRootPassword("canary-password")
			.withFlag("auth-token", "canary-token")
			.toString();
		assertThat(text).contains("members=3")
			.contains("scheme=https")
			.contains("authentication=true")
			.contains("auth-token")
			.doesNotContain("canary");
	}

}
