package io.github.etcddiscovery.client.jetcd;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.grpc.Status;
import io.grpc.SynchronizationContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.etcddiscovery.client.jetcd.Addresses.Address;
import io.github.etcddiscovery.client.jetcd.AnswerCheck.Identity;

/**
 * Which cluster is ours, and which addresses are left out because something else answers
 * there. etcd says in every answer which cluster it is of.
 * <ul>
 * <li>What no etcd can have answered takes the address out at once.
 * <li>All addresses are asked who they are 1 s after the first answer, and whenever
 * another cluster answers, which counts as no answer. Of the clusters that answer at the
 * same time, the one with more addresses is ours, at a tie the one configured first; the
 * addresses of others are left out. When nothing of ours has answered for 5 s, another
 * one becomes ours: a restore changes its id for good. Either begins all anew.
 * <li>What is left out is asked again every 30 s, and when nothing else answers.
 * </ul>
 * Everything that changes does so in a {@link SynchronizationContext}.
 */
final class Clusters {

	private static final Logger logger = LoggerFactory.getLogger(Clusters.class);

	private static final Duration ASKED_AGAIN = Duration.ofSeconds(30);

	private static final Duration ASKED_AT_MOST = Duration.ofSeconds(1);

	private static final Duration COUNTS_WITHOUT_ANSWER = Duration.ofSeconds(5);

	private static final long UNKNOWN = 0;

	private final SynchronizationContext context = new SynchronizationContext(
			(thread, ex) -> logger.error("Clusters cannot be told apart", ex));

	private final Addresses addresses;

	private final Threads threads;

	private final Function<Address, CompletableFuture<Identity>> question;

	private final Runnable reconnect;

	private final AtomicLong ours = new AtomicLong(UNKNOWN);

	private volatile long heardAt;

	/** Where something else answers, with the id of the cluster where it is one. */
	private volatile Map<InetSocketAddress, Long> leftOut = Map.of();

	/**
	 * The last questions: whatever comes of the answers, others can be asked after them.
	 */
	private CompletableFuture<Void> asking = CompletableFuture.completedFuture(null);

	private long askedAt;

	/** The last timer of a question; done where none runs. */
	private Future<?> next = this.asking;

	/**
	 * Begins with no cluster: the first that answers is ours.
	 * @param addresses where etcd may be
	 * @param threads for time
	 * @param question asks who answers at an address; never fails
	 * @param reconnect makes a fresh connection
	 */
	Clusters(Addresses addresses, Threads threads, Function<Address, CompletableFuture<Identity>> question,
			Runnable reconnect) {
		this.addresses = addresses;
		this.threads = threads;
		this.askedAt = threads.now() - ASKED_AT_MOST.toNanos();
		this.question = question;
		this.reconnect = reconnect;
	}

	/**
	 * Tells whether an address is left out, so that another call goes elsewhere.
	 * @param address where a call was answered
	 * @return whether it is
	 */
	boolean leavesOut(@Nullable InetSocketAddress address) {
		return address != null && this.leftOut.containsKey(address);
	}

	/** Asks those that are left out now, because nothing else answers. */
	void askAgain() {
		this.context.execute(() -> {
			if (!this.leftOut.isEmpty()) {
				ask();
			}
		});
	}

	/**
	 * Tells whether an answer counts.
	 * @param from where it came from
	 * @param cluster of which cluster it is
	 * @return false where it is to be treated as no answer
	 */
	boolean isOurs(InetSocketAddress from, long cluster) {
		boolean first = this.ours.compareAndSet(UNKNOWN, cluster);
		if (!first && this.ours.get() != cluster) {
			this.context.execute(this::ask);
			return false;
		}
		this.heardAt = this.threads.now();
		this.addresses.answered(from);
		if (first) {
			this.context.execute(this::compareSoon);
		}
		return true;
	}

	/** Calls may all go to one address for long, and it may be the wrong one. */
	private void compareSoon() {
		askIn(ASKED_AT_MOST, () -> {
			if (this.addresses.all().size() > 1 || !this.leftOut.isEmpty()) {
				ask();
			}
		});
	}

	/**
	 * Leaves an address out because of what it has answered. Not the last one: nothing
	 * would be won.
	 * @param from the address
	 * @param answer what no etcd can have answered
	 */
	void noEtcdAt(InetSocketAddress from, Status answer) {
		this.context.execute(() -> leaveOut(from, answer));
	}

	private void leaveOut(InetSocketAddress from, Status answer) {
		List<Address> others = this.addresses.all()
			.stream()
			.filter((address) -> !address.socket().equals(from) && !leavesOut(address.socket()))
			.toList();
		if (leavesOut(from) || others.isEmpty()) {
			return;
		}
		logger.warn("What answers at {} is no etcd, or no longer ({}): using {} and asking again every {} s", from,
				Failure.describe(answer), others, ASKED_AGAIN.toSeconds());
		Map<InetSocketAddress, Long> out = new LinkedHashMap<>(this.leftOut);
		out.put(from, UNKNOWN);
		leaveOut(out);
		if (this.next.isDone() && this.asking.isDone()) {
			askIn(ASKED_AGAIN, this::ask);
		}
	}

	private void leaveOut(Map<InetSocketAddress, Long> out) {
		this.leftOut.keySet()
			.stream()
			.filter((address) -> !out.containsKey(address))
			.forEach((address) -> logger.info("etcd at {} is used again", address));
		this.leftOut = Map.copyOf(out);
		this.addresses.leaveOut(out.keySet());
	}

	private void askIn(Duration delay, Runnable question) {
		this.next.cancel(false);
		this.next = this.threads.schedule(delay, () -> this.context.execute(question));
	}

	private void ask() {
		Duration since = Duration.ofNanos(this.threads.now() - this.askedAt);
		if (!this.asking.isDone()) {
			return;
		}
		if (since.compareTo(ASKED_AT_MOST) < 0) {
			askIn(ASKED_AT_MOST.minus(since), this::ask);
			return;
		}
		if (!this.leftOut.isEmpty()) {
			askIn(ASKED_AGAIN, this::ask); // whatever comes of it, for want of memory say
		}
		this.askedAt = this.threads.now();
		List<Address> asked = this.addresses.all();
		Map<Address, Identity> answers = new ConcurrentHashMap<>();
		CompletableFuture<?>[] questions = asked.stream()
			.map((address) -> this.question.apply(address).thenAccept((answer) -> answers.put(address, answer)))
			.toArray(CompletableFuture[]::new);
		this.asking = CompletableFuture.allOf(questions);
		this.asking.whenComplete((done, error) -> this.context.execute(() -> {
			this.askedAt = this.threads.now();
			judge(asked, answers);
		}));
	}

	private void judge(List<Address> asked, Map<Address, Identity> answers) {
		long before = this.ours.get();
		Map<Long, List<Address>> clusters = new LinkedHashMap<>();
		for (Address address : asked) {
			long cluster = answers.getOrDefault(address, Identity.NONE).cluster();
			if (cluster != UNKNOWN && before != UNKNOWN && cluster != before && !address.certain()) {
				this.addresses.drop(address.socket());
			}
			else if (cluster != UNKNOWN) {
				clusters.computeIfAbsent(cluster, (id) -> new ArrayList<>()).add(address);
			}
		}
		Duration silent = Duration.ofNanos(this.threads.now() - this.heardAt);
		boolean gone = before != UNKNOWN && !clusters.containsKey(before);
		if (gone && !clusters.isEmpty() && silent.compareTo(COUNTS_WITHOUT_ANSWER) < 0) {
			askIn(COUNTS_WITHOUT_ANSWER.minus(silent), this::ask);
			return;
		}
		long chosen = clusters.isEmpty() ? before : largest(clusters);
		if (this.ours.compareAndSet(before, chosen)) {
			use(before, chosen, clusters, outside(chosen, asked, answers));
		}
		else { // the first answer ever has come meanwhile
			askIn(ASKED_AT_MOST, this::ask);
		}
	}

	private void use(long before, long chosen, Map<Long, List<Address>> clusters, Map<InetSocketAddress, Long> out) {
		if (clusters.containsKey(chosen)) {
			this.heardAt = this.threads.now();
		}
		boolean changed = before != UNKNOWN && chosen != before;
		boolean others = out.entrySet()
			.stream()
			.anyMatch((entry) -> entry.getValue() != UNKNOWN
					&& !entry.getValue().equals(this.leftOut.get(entry.getKey())));
		if (changed && !clusters.containsKey(before)) {
			logger.warn("etcd at {} is another cluster now ({} instead of {}): reading and registering everything anew",
					clusters.get(chosen), Long.toHexString(chosen), Long.toHexString(before));
		}
		if (others && clusters.size() > 1) {
			logger.error(
					"The endpoints are of several clusters, by their ids {}: only those of {} are used, the "
							+ "others are asked again every {} s. Give the endpoints of one cluster",
					named(clusters), Long.toHexString(chosen), ASKED_AGAIN.toSeconds());
		}
		leaveOut(out);
		if (changed || others) {
			this.reconnect.run();
		}
		this.next.cancel(false);
		if (!out.isEmpty()) {
			askIn(ASKED_AGAIN, this::ask);
		}
	}

	private static String named(Map<Long, List<Address>> clusters) {
		return clusters.entrySet()
			.stream()
			.map((cluster) -> Long.toHexString(cluster.getKey()) + " " + cluster.getValue())
			.collect(Collectors.joining(", "));
	}

	/** Of several of the same size the first: they are in the order of configuration. */
	private static long largest(Map<Long, List<Address>> clusters) {
		int most = clusters.values().stream().mapToInt(List::size).max().orElse(0);
		return clusters.entrySet()
			.stream()
			.filter((cluster) -> cluster.getValue().size() == most)
			.map(Map.Entry::getKey)
			.findFirst()
			.orElse(UNKNOWN);
	}

	/** What says nothing of a cluster stays as it was: a call meets what is no etcd. */
	private Map<InetSocketAddress, Long> outside(long chosen, List<Address> asked, Map<Address, Identity> answers) {
		Map<InetSocketAddress, Long> out = new LinkedHashMap<>();
		for (Address address : asked) {
			Identity answer = answers.getOrDefault(address, Identity.NONE);
			Long until = this.leftOut.get(address.socket());
			if (answer.cluster() != UNKNOWN && answer.cluster() != chosen) {
				out.put(address.socket(), answer.cluster());
			}
			else if (answer.kind() != Identity.Kind.ETCD && until != null && (until == UNKNOWN || until != chosen)) {
				out.put(address.socket(), until);
			}
		}
		return out;
	}

}
