package io.github.etcddiscovery.test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.github.etcddiscovery.test.binaries.EtcdBinaries;
import io.github.etcddiscovery.test.tls.EtcdCertificates;
import io.github.etcddiscovery.test.tls.EtcdTls;

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

	private static final int START_ATTEMPTS = 5;

	private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(5);

	private final EtcdAuth auth = new EtcdAuth(this);

	private final EtcdSettings settings;

	private final EtcdBinaries binaries;

	private volatile MemberGroup group;

	private boolean started;

	private EtcdCluster(EtcdSettings settings) {
		this.settings = settings;
		this.binaries = settings.binaries().orElseGet(EtcdBinaries::find);
		this.group = newGroup(settings, this.binaries, this.auth);
	}

	private static MemberGroup newGroup(EtcdSettings settings, EtcdBinaries binaries, EtcdAuth auth) {
		return new MemberGroup(settings, binaries.etcd(), (endpoints) -> new Etcdctl(binaries.etcdctl(), settings.tls(),
				auth.rootPassword(), endpoints, COMMAND_TIMEOUT));
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
	 * Starts every member that does not run, with the data it has. The first start moves
	 * to other ports when one was taken meanwhile: ask for endpoints afterwards.
	 * @return this
	 */
	public EtcdCluster start() {
		for (int attempt = 1; !this.started; attempt++) {
			try {
				this.group.start(members());
				this.started = true;
				this.settings.rootPassword().ifPresent(this.auth::enable);
			}
			catch (MemberGroup.PortTakenException ex) {
				this.group.close();
				if (attempt == START_ATTEMPTS) {
					throw ex;
				}
				this.group = newGroup(this.settings, this.binaries, this.auth);
			}
		}
		this.group.start(members());
		return this;
	}

	/**
	 * Ends members in order (SIGTERM).
	 * @param members their numbers; none for all
	 */
	public void stop(int... members) {
		members(members).forEach(EtcdMember::stop);
	}

	/**
	 * Ends members at once (SIGKILL).
	 * @param members their numbers; none for all
	 */
	public void kill(int... members) {
		members(members).forEach(EtcdMember::kill);
	}

	/**
	 * Makes members hang (SIGSTOP): connections stay open, nothing is answered.
	 * @param members their numbers; none for all
	 */
	public void freeze(int... members) {
		members(members).forEach(EtcdMember::freeze);
	}

	/**
	 * Lets frozen members go on (SIGCONT).
	 * @param members their numbers; none for all
	 */
	public void unfreeze(int... members) {
		members(members).forEach(EtcdMember::unfreeze);
	}

	/**
	 * Ends members, if they run, and starts them with the same data and ports. Waits for
	 * their answers if a majority of the cluster runs then.
	 * @param members their numbers; none for all
	 */
	public void restart(int... members) {
		stop(members);
		this.group.start(members(members));
	}

	/**
	 * Loses the data of members. Of all: they start anew with the same ports and ids, at
	 * revision 1, without users. Of one among several: it is replaced by an empty one,
	 * which gets the data of the others.
	 * @param members their numbers; none for all
	 */
	public void wipe(int... members) {
		List<EtcdMember> wiped = members(members);
		if (wiped.size() < size()) {
			wiped.forEach(this.group::replace);
			return;
		}
		kill();
		wiped.forEach(EtcdMember::deleteData);
		this.auth.forget();
		this.group.start(wiped);
	}

	/**
	 * Copies the data of all members as of one moment.
	 * @return folder to give to {@link #restore}; it goes with the cluster
	 */
	public Path backup() {
		return this.group.backup();
	}

	/**
	 * Kills all members and starts them with older data: the revision goes back.
	 * @param backup what {@link #backup()} returned
	 */
	public void restore(Path backup) {
		kill();
		this.group.restore(backup);
		this.group.start(members());
	}

	/**
	 * Cuts members off from all others, not from clients.
	 * @param members their numbers
	 * @throws IllegalStateException without {@link EtcdSettings#withProxies()}
	 */
	public void partition(int... members) {
		new Partition(this.group).cut(members(members));
	}

	/** Ends all partitions. Faults of {@link #proxy(int)} stay. */
	public void heal() {
		new Partition(this.group).heal();
	}

	/**
	 * Asks who leads, for at most 30 s: an election takes a second or two, and longer on
	 * a loaded machine.
	 * @return number of the leader
	 */
	public int leader() {
		return this.group.leader();
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

	@Override
	public List<String> endpoints() {
		return members().stream().map((member) -> member.advertised(this.settings.scheme())).toList();
	}

	/**
	 * Gives what stands between clients and a member.
	 * @param member number of the member
	 * @return the proxy
	 * @throws IllegalStateException without {@link EtcdSettings#withProxies()}
	 */
	public TcpProxy proxy(int member) {
		return member(member).proxy()
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
		return this.group.serving().run(arguments);
	}

	String etcdctlReading(String input, String... arguments) {
		return this.group.serving().runReading(input, arguments);
	}

	/**
	 * Gives access to users and roles.
	 * @return users and roles of this cluster
	 */
	public EtcdAuth auth() {
		return this.auth;
	}

	/**
	 * Gives the issuer of the cluster's certificates, and of those of its clients.
	 * @return the authority
	 * @throws IllegalStateException when the cluster does without TLS
	 */
	public EtcdCertificates certificates() {
		return this.settings.tls()
			.map(EtcdTls::certificates)
			.orElseThrow(() -> new IllegalStateException("no TLS, use EtcdSettings.withTls()"));
	}

	/**
	 * Says which etcd this is.
	 * @return the programs in use
	 */
	public EtcdBinaries binaries() {
		return this.binaries;
	}

	private List<EtcdMember> members(int... indexes) {
		return (indexes.length == 0) ? this.group.members() : IntStream.of(indexes).mapToObj(this::member).toList();
	}

	private EtcdMember member(int index) {
		return this.group.members().get(index);
	}

	/** Kills all members and deletes their data. May be called twice. */
	@Override
	public void close() {
		this.group.close();
	}

}
