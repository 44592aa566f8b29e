package io.github.etcddiscovery.test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.github.etcddiscovery.test.binaries.EtcdBinaries;

/**
 * A real etcd of one or more members, each a process of its own on free ports of
 * 127.0.0.1 with a data folder of its own.
 *
 * <pre>{@code
 * try (EtcdCluster etcd = EtcdCluster.single()) {
 *     connectTo(etcd.endpoint());
 *     etcd.kill();
 *     etcd.restart();
 * }
 * }</pre>
 *
 * Members are numbered from 0 and keep their ports for life. Methods without a number
 * mean all members. Every method returns when what it does is done: a started member
 * answers reads, a killed one is gone. When this JVM ends, also by a crash, the processes
 * and their data go too. One thread at a time may start and stop; reading and writing is
 * thread-safe. Failures are {@link EtcdException}s.
 */
public final class EtcdCluster implements EtcdCommands, AutoCloseable {

	private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(5);

	private final EtcdBinaries binaries;

	private final MemberGroup group;

	private EtcdCluster(EtcdSettings settings) {
		this.binaries = settings.binaries().orElseGet(EtcdBinaries::find);
		this.group = new MemberGroup(settings, this.binaries);
	}

	/**
	 * Starts one member.
	 * @return the running cluster
	 */
	public static EtcdCluster single() {
		return of(1);
	}

	/**
	 * Starts some members.
	 * @param members how many
	 * @return the running cluster
	 */
	public static EtcdCluster of(int members) {
		return create(EtcdSettings.defaults().withMembers(members)).start();
	}

	/**
	 * Prepares a cluster; nothing runs until {@link #start()}.
	 * @param settings what it should be
	 * @return the cluster
	 */
	public static EtcdCluster create(EtcdSettings settings) {
		return new EtcdCluster(settings);
	}

	/**
	 * Starts every member that does not run, with the data it has.
	 * @return this
	 */
	public EtcdCluster start() {
		this.group.start();
		return this;
	}

	/** Ends all members in order (SIGTERM). */
	public void stop() {
		members().forEach(EtcdMember::stop);
	}

	/**
	 * Ends a member in order (SIGTERM).
	 * @param member number of the member
	 */
	public void stop(int member) {
		member(member).stop();
	}

	/** Ends all members at once (SIGKILL). */
	public void kill() {
		members().forEach(EtcdMember::kill);
	}

	/**
	 * Ends a member at once (SIGKILL).
	 * @param member number of the member
	 */
	public void kill(int member) {
		member(member).kill();
	}

	/** Makes all members hang (SIGSTOP): connections stay open, nothing is answered. */
	public void freeze() {
		members().forEach(EtcdMember::freeze);
	}

	/**
	 * Makes a member hang (SIGSTOP).
	 * @param member number of the member
	 */
	public void freeze(int member) {
		member(member).freeze();
	}

	/** Lets all members go on (SIGCONT). */
	public void unfreeze() {
		members().forEach(EtcdMember::unfreeze);
	}

	/**
	 * Lets a member go on (SIGCONT).
	 * @param member number of the member
	 */
	public void unfreeze(int member) {
		member(member).unfreeze();
	}

	/** Ends all members, if they run, and starts them with the same data and ports. */
	public void restart() {
		stop();
		start();
	}

	/**
	 * Ends a member, if it runs, and starts it with the same data and ports.
	 * @param member number of the member
	 */
	public void restart(int member) {
		stop(member);
		this.group.start(member(member));
	}

	/**
	 * Kills all members and starts them with no data: same ports, same cluster and member
	 * ids, revision 1.
	 */
	public void wipe() {
		kill();
		members().forEach(EtcdMember::deleteData);
		start();
	}

	/**
	 * Counts members.
	 * @return how many, running or not
	 */
	public int size() {
		return members().size();
	}

	/**
	 * Looks for the process of a member.
	 * @param member number of the member
	 * @return whether it is there, frozen or not
	 */
	public boolean isRunning(int member) {
		return member(member).isRunning();
	}

	/**
	 * Names the first member.
	 * @return URL for clients, for example {@code http://127.0.0.1:21234}
	 */
	public String endpoint() {
		return endpoint(0);
	}

	/**
	 * Names a member.
	 * @param member number of the member
	 * @return URL for clients
	 */
	public String endpoint(int member) {
		return member(member).advertised("http");
	}

	/**
	 * Names all members.
	 * @return URLs for clients, in the order of their numbers
	 */
	public List<String> endpoints() {
		return members().stream().map((member) -> member.advertised("http")).toList();
	}

	/**
	 * Gives what stands between clients and a member.
	 * @param member number of the member
	 * @return the proxy
	 * @throws IllegalStateException without {@link EtcdSettings#withProxies()}
	 */
	public TcpProxy proxy(int member) {
		return Optional.ofNullable(member(member).proxy())
			.orElseThrow(() -> new IllegalStateException("no proxies, use EtcdSettings.withProxies()"));
	}

	/**
	 * Gives what stands between clients and the first member.
	 * @return the proxy
	 */
	public TcpProxy proxy() {
		return proxy(0);
	}

	@Override
	public String etcdctl(String... arguments) {
		List<String> serving = members().stream()
			.filter(EtcdMember::isServing)
			.map((member) -> member.direct("http"))
			.toList();
		if (serving.isEmpty()) {
			throw new EtcdException("etcdctl " + arguments[0] + ": no member runs unfrozen");
		}
		return new Etcdctl(this.binaries, serving, COMMAND_TIMEOUT).run(arguments);
	}

	/**
	 * Says which etcd this is.
	 * @return the programs in use
	 */
	public EtcdBinaries binaries() {
		return this.binaries;
	}

	private List<EtcdMember> members() {
		return this.group.members();
	}

	private EtcdMember member(int index) {
		return members().get(index);
	}

	/** Kills all members and deletes their data. May be called twice. */
	@Override
	public void close() {
		this.group.close();
	}

}
