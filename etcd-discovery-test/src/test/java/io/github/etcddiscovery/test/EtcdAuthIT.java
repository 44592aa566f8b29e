package io.github.etcddiscovery.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.github.etcddiscovery.test.EtcdAuth.Access;
import io.github.etcddiscovery.test.binaries.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/** Users and roles; what they may do is asked by a client that logs in as they do. */
@Timeout(60)
class EtcdAuthIT {

	private static final String ROOT = "root's-secret";

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.of(EtcdSettings.defaults().withRootPassword(ROOT));

	private final EtcdAuth auth = etcd.cluster().auth();

	/** A user and a role of this test only. */
	private final String name = "n-" + UUID.randomUUID();

	@Test
	void rootMayDoEverythingAndOnlyWithItsPassword() {
		assertThat(read("root", ROOT, "orders/1")).isEmpty();
		assertThat(read("root", "wrong", "orders/1")).contains("authentication failed");
		assertThat(read("nobody", "wrong", "orders/1")).contains("authentication failed");
	}

	@Test
	void whoDoesNotLogInIsRefused() {
		assertThat(Probe.run(etcd.cluster(), "--endpoints=" + etcd.endpoint(), "get", "orders/1").err())
			.contains("user name is empty");
	}

	@Test
	void ownCommandsAreRoots() {
		etcd.put("any key", "1");
		assertThat(etcd.get("any key")).contains("1");
		assertThat(etcd.cluster().leader()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void aRoleMayDoWhatItWasGrantedAndOnlyUnderItsPrefix(Access access) {
		this.auth.addRole(this.name);
		this.auth.grantPrefix(this.name, access, "orders/");
		this.auth.addUser(this.name, "secret", this.name);

		assertThat(mayRead("orders/1")).isEqualTo(access != Access.WRITE);
		assertThat(mayWrite("orders/1")).isEqualTo(access != Access.READ);
		assertThat(mayRead("orders")).isFalse();
		assertThat(mayWrite("pay/1")).isFalse();
	}

	@Test
	void whatIsGrantedAgainReplacesWhatWasGranted() {
		this.auth.addRole(this.name);
		this.auth.addUser(this.name, "secret", this.name);
		this.auth.grantPrefix(this.name, Access.READWRITE, "orders/");
		assertThat(mayWrite("orders/1")).isTrue();
		this.auth.grantPrefix(this.name, Access.READ, "orders/");
		assertThat(mayWrite("orders/1")).isFalse();
		assertThat(mayRead("orders/1")).isTrue();
		this.auth.revokePrefix(this.name, "orders/");
		assertThat(read(this.name, "secret", "orders/1")).contains("permission denied");
	}

	@Test
	void aRoleIsGivenAndTaken() {
		this.auth.addRole(this.name);
		this.auth.grantPrefix(this.name, Access.READ, "orders/");
		this.auth.addUser(this.name, "secret");
		assertThat(mayRead("orders/1")).as("a user without roles").isFalse();
		this.auth.grantRole(this.name, this.name);
		assertThat(mayRead("orders/1")).isTrue();
		this.auth.revokeRole(this.name, this.name);
		assertThat(mayRead("orders/1")).isFalse();
	}

	@Test
	void aUserOfSeveralRolesMayDoWhatEachOfThemMay() {
		for (String role : List.of("-a", "-b")) {
			this.auth.addRole(this.name + role);
			this.auth.grantPrefix(this.name + role, Access.READ, this.name + role + "/");
		}
		this.auth.addUser(this.name, "secret", this.name + "-a", this.name + "-b");
		assertThat(mayRead(this.name + "-a/1")).isTrue();
		assertThat(mayRead(this.name + "-b/1")).isTrue();
	}

	@Test
	void whatBeginsWithADashIsNoFlag() {
		this.auth.addRole("-role");
		this.auth.grantPrefix("-role", Access.READWRITE, "--prefix");
		this.auth.addUser("-user", "secret", "-role");
		this.auth.changePassword("-user", "other");
		this.auth.revokePrefix("-role", "--prefix");
		this.auth.revokeRole("-user", "-role");
		this.auth.deleteUser("-user");
		this.auth.addUserWithoutPassword("-user", "-role");
	}

	@Test
	void aUserThatIsDeletedIsGoneAndItsTokensWithIt() {
		this.auth.addUser(this.name, "secret", "root");
		String token = Tokens.login(etcd.cluster(), this.name, "secret");
		assertThat(Tokens.isAccepted(etcd.cluster(), token)).isTrue();
		this.auth.deleteUser(this.name);
		assertThat(Tokens.isAccepted(etcd.cluster(), token)).isFalse();
		assertThat(read(this.name, "secret", "orders/1")).contains("authentication failed");
	}

	@Test
	void aPasswordThatIsChangedReplacesTheOldOneAndEndsTokens() {
		this.auth.addUser(this.name, "old", "root");
		String token = Tokens.login(etcd.cluster(), this.name, "old");
		this.auth.changePassword(this.name, "new");
		assertThat(Tokens.isAccepted(etcd.cluster(), token)).isFalse();
		assertThat(read(this.name, "old", "orders/1")).contains("authentication failed");
		assertThat(read(this.name, "new", "orders/1")).isEmpty();
	}

	@Test
	void theClusterItselfGoesOnWithANewPasswordOfRoot() {
		this.auth.changePassword("root", "another");
		etcd.put("still root", "1");
		assertThat(read("root", ROOT, "orders/1")).contains("authentication failed");
		this.auth.changePassword("root", ROOT);
		assertThat(etcd.get("still root")).contains("1");
	}

	@Test
	void aUserWithoutPasswordCannotLogInByOne() {
		this.auth.addUserWithoutPassword(this.name, "root");
		assertThat(read(this.name, "guess", "orders/1")).contains("authentication failed");
	}

	@Test
	void authenticationIsSwitchedOffAndOnWithUsersKept() {
		this.auth.addUser(this.name, "secret", "root");
		this.auth.disable();
		try {
			assertThat(Probe.succeeds(etcd.cluster(), "--endpoints=" + etcd.endpoint(), "get", "orders/1")).isTrue();
			etcd.put("by anybody", "1");
		}
		finally {
			this.auth.enable(ROOT);
		}
		assertThat(mayRead("orders/1")).isTrue();
		assertThat(Probe.succeeds(etcd.cluster(), "--endpoints=" + etcd.endpoint(), "get", "orders/1")).isFalse();
	}

	@Test
	void aPasswordThatEtcdctlWouldCutIsRefused() {
		for (String password : List.of("", "two words", "tab\there", "line\n")) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.auth.addUser(this.name, password))
				.withMessage("a password that is given to etcdctl must not be empty or have white space in it");
			assertThatIllegalArgumentException().isThrownBy(() -> this.auth.changePassword("root", password));
		}
		etcd.put("nothing changed", "1");
	}

	@Test
	void whatIsRefusedIsNamedWithoutThePassword() {
		assertThatExceptionOfType(EtcdException.class)
			.isThrownBy(() -> this.auth.changePassword("nobody", "canary-password"))
			.withMessageStartingWith("etcdctl user at [" + etcd.endpoint() + "] ended with")
			.withMessageContaining("user name not found")
			.withMessageNotContaining("canary-password");
		assertThatExceptionOfType(EtcdException.class).isThrownBy(() -> this.auth.grantRole("root", "no-such-role"))
			.withMessageContaining("role name not found");
		assertThatExceptionOfType(EtcdException.class).isThrownBy(() -> this.auth.addRole("root"))
			.withMessageContaining("role name already exists");
		assertThatExceptionOfType(EtcdException.class).isThrownBy(() -> this.auth.deleteUser("nobody"));
	}

	@Test
	void authenticationSurvivesARestartAndGoesWithTheData() {
		try (EtcdCluster own = EtcdCluster.create(EtcdSettings.defaults().withRootPassword("secret")).start()) {
			own.restart();
			assertThat(anybodyReads(own)).isFalse();
			own.wipe();
			assertThat(anybodyReads(own)).isTrue();
			own.auth().enable("other");
			assertThat(anybodyReads(own)).isFalse();
			own.put("as root again", "1");
		}
	}

	@Test
	void signedTokenEndsAfterItsTime() {
		EtcdSettings settings = EtcdSettings.defaults()
			.withRootPassword("secret")
			.withSignedTokens(Duration.ofSeconds(2));
		try (EtcdCluster own = EtcdCluster.create(settings).start()) {
			String token = Tokens.login(own, "root", "secret");
			assertThat(token.chars().filter((c) -> c == '.').count()).as("a JWT has three parts").isEqualTo(2);
			assertThat(Tokens.isAccepted(own, token)).isTrue();
			await().atMost(Duration.ofSeconds(10)).until(() -> !Tokens.isAccepted(own, token));
		}
	}

	private static boolean anybodyReads(EtcdCluster cluster) {
		return Probe.succeeds(cluster, "--endpoints=" + cluster.endpoint(), "get", "orders/1");
	}

	private boolean mayRead(String key) {
		return read(this.name, "secret", key).isEmpty();
	}

	private boolean mayWrite(String key) {
		return as(this.name, "secret", "put", key, "1").exit() == 0;
	}

	/** Returns what etcdctl complains of. */
	private static String read(String user, String password, String key) {
		return as(user, password, "get", key).err();
	}

	private static Command.Result as(String user, String password, String... command) {
		List<String> line = new ArrayList<>(
				List.of("--endpoints=" + etcd.endpoint(), "--user=" + user, "--password=" + password));
		line.addAll(List.of(command));
		return Probe.run(etcd.cluster(), line);
	}

}
