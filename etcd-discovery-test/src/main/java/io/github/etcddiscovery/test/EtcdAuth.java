package io.github.etcddiscovery.test;

import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Users, roles and permissions of a cluster. What the cluster itself runs by
 * {@code etcdctl} is done as root while authentication is enabled.
 */
public final class EtcdAuth {

	/** What a role may do with keys. */
	public enum Access {

		/** Read and watch. */
		READ,

		/** Write and delete. */
		WRITE,

		/** Both. */
		READWRITE

	}

	private final EtcdCluster cluster;

	private volatile @Nullable String rootPassword;

	EtcdAuth(EtcdCluster cluster) {
		this.cluster = cluster;
	}

	Optional<String> rootPassword() {
		return Optional.ofNullable(this.rootPassword);
	}

	/** An empty store knows no users. */
	void forget() {
		this.rootPassword = null;
	}

	/**
	 * Creates root, unless there is one, and enables authentication.
	 * @param rootPassword password of root, without white space
	 */
	public void enable(String rootPassword) {
		if (this.cluster.etcdctl("user", "list").lines().noneMatch("root"::equals)) {
			addRole("root");
			addUser("root", rootPassword, "root");
		}
		this.cluster.etcdctl("auth", "enable");
		this.rootPassword = rootPassword;
	}

	/** Disables authentication; users and roles stay. */
	public void disable() {
		this.cluster.etcdctl("auth", "disable");
		this.rootPassword = null;
	}

	/**
	 * Creates a user.
	 * @param name user
	 * @param password password, without white space
	 * @param roles existing roles
	 */
	public void addUser(String name, String password, String... roles) {
		this.cluster.etcdctlReading(line(password), "user", "add", "--interactive=false", "--", name);
		for (String role : roles) {
			grantRole(name, role);
		}
	}

	/**
	 * Creates a user who can only come with a client certificate.
	 * @param name user, the certificate's common name
	 * @param roles existing roles
	 */
	public void addUserWithoutPassword(String name, String... roles) {
		this.cluster.etcdctl("user", "add", "--no-password", "--", name);
		for (String role : roles) {
			grantRole(name, role);
		}
	}

	/**
	 * Deletes a user; its tokens end.
	 * @param name user
	 */
	public void deleteUser(String name) {
		this.cluster.etcdctl("user", "delete", "--", name);
	}

	/**
	 * Changes a password; the user's tokens end.
	 * @param name user
	 * @param password new password, without white space
	 */
	public void changePassword(String name, String password) {
		this.cluster.etcdctlReading(line(password), "user", "passwd", "--interactive=false", "--", name);
		if (name.equals("root") && this.rootPassword != null) {
			this.rootPassword = password;
		}
	}

	/**
	 * Creates a role that may do nothing.
	 * @param role role
	 */
	public void addRole(String role) {
		this.cluster.etcdctl("role", "add", "--", role);
	}

	/**
	 * Gives a role to a user.
	 * @param name user
	 * @param role role
	 */
	public void grantRole(String name, String role) {
		this.cluster.etcdctl("user", "grant-role", "--", name, role);
	}

	/**
	 * Takes a role from a user.
	 * @param name user
	 * @param role role
	 */
	public void revokeRole(String name, String role) {
		this.cluster.etcdctl("user", "revoke-role", "--", name, role);
	}

	/**
	 * Lets a role use all keys with a prefix.
	 * @param role role
	 * @param access what it may do
	 * @param prefix prefix of the keys
	 */
	public void grantPrefix(String role, Access access, String prefix) {
		this.cluster.etcdctl("role", "grant-permission", "--prefix=true", "--", role,
				access.name().toLowerCase(Locale.ROOT), prefix);
	}

	/**
	 * Ends what {@link #grantPrefix} granted.
	 * @param role role
	 * @param prefix prefix of the keys
	 */
	public void revokePrefix(String role, String prefix) {
		this.cluster.etcdctl("role", "revoke-permission", "--prefix=true", "--", role, prefix);
	}

	/** etcdctl would take the part before the first space for the password. */
	private static String line(String password) {
		if (password.isEmpty() || password.chars().anyMatch(Character::isWhitespace)) {
			throw new IllegalArgumentException(
					"a password that is given to etcdctl must not be empty or have white space in it");
		}
		return password + "\n";
	}

}
