package io.github.etcddiscovery.grpc;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.loop.Workers;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import io.github.etcddiscovery.resolver.Subscription;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import io.grpc.SynchronizationContext.ScheduledHandle;
import org.jspecify.annotations.Nullable;

/**
 * Tells one channel the instances of one service, and each change. Everything happens in
 * the channel's synchronization context, but for the lookups of names.
 *
 * <pre>
 * signal                              told
 * snapshot                            at once those whose addresses are known; where none is, with the names
 * the last name is answered           what has changed
 * 2 s after the first name was asked  the same, and every 2 s until all are answered
 * nothing read within the first       an error, so that calls fail and do not hang
 * snapshot timeout
 * refresh()                           an error again; names are looked up again
 * 30 s after a name failed            names are looked up again, as those that led to denied addresses only
 * shutdown()                          nothing any more
 * </pre>
 *
 * Where there is nothing to call an error is told.
 */
final class EtcdNameResolver extends NameResolver {

	private static final Duration LIMIT = Duration.ofSeconds(2);

	private static final Duration AGAIN = Duration.ofSeconds(30);

	private static final Subscription NONE = () -> {
	};

	private final EtcdResolver resolver;

	private final String service;

	private final AddressGroups groups;

	private final @Nullable ConfigOrError serviceConfig;

	private final SynchronizationContext context;

	private final ScheduledExecutorService timers;

	private final Workers threads = Workers.named("etcd-grpc-lookup");

	private final HostLookup hosts;

	private @Nullable Listener2 listener;

	private Subscription subscription = NONE;

	private List<Instance> instances = List.of();

	private State state = State.UNREAD;

	/** Whether something has changed that the channel has not been told. */
	private boolean due;

	private boolean told;

	private boolean toldError;

	private @Nullable ScheduledHandle limit;

	private @Nullable ScheduledHandle again;

	EtcdNameResolver(EtcdResolver resolver, String service, AddressGroups groups, HostLookup.Source names, Args args,
			@Nullable ConfigOrError serviceConfig) {
		this.resolver = resolver;
		this.service = service;
		this.groups = groups;
		this.serviceConfig = serviceConfig;
		this.context = args.getSynchronizationContext();
		this.timers = args.getScheduledExecutorService();
		this.hosts = new HostLookup(service, names, resolver::usable, this.threads, this.context, this::lookupEnded);
	}

	@Override
	public String getServiceAuthority() {
		return GrpcTarget.authority(this.service);
	}

	@Override
	public void start(Listener2 listener) {
		this.listener = listener;
		try {
			this.subscription = this.resolver.subscribe(this.service, (snapshot) -> {
				List<Instance> ordered = this.groups.order(snapshot.instances());
				this.context.execute(() -> changed(ordered, snapshot.state()));
			});
		}
		catch (IllegalStateException ex) {
			// The resolver was closed, and will say so.
			this.context.execute(() -> changed(List.of(), State.UNREAD));
			return;
		}
		this.resolver.whenRead(this.service)
			.thenAccept((snapshot) -> this.context.execute(() -> firstReadIsOver(snapshot)));
	}

	/** Later: a policy may ask from within what it is told. */
	@Override
	public void refresh() {
		this.context.execute(() -> {
			this.due |= this.toldError;
			lookUp();
		});
	}

	@Override
	public void shutdown() {
		this.listener = null;
		cancel(this.limit);
		cancel(this.again);
		this.subscription.close();
		this.hosts.lookUp(List.of());
		this.threads.close();
	}

	private void changed(List<Instance> ordered, State state) {
		this.instances = ordered;
		this.state = state;
		this.due = true;
		lookUp();
	}

	/**
	 * What there is comes by the subscription; that there is nothing to read does not,
	 * and nothing does where the resolver was closed meanwhile.
	 */
	private void firstReadIsOver(ServiceSnapshot snapshot) {
		boolean unread = snapshot.state() == State.UNREAD && snapshot.instances().isEmpty();
		if (!this.told && (unread || closed())) {
			this.due = true;
			tellIfDue(false);
		}
	}

	private boolean closed() {
		EtcdDiscoveryException why = this.resolver.whyUnread(this.service);
		return why != null && why.kind() == Kind.CLOSED;
	}

	private void lookUp() {
		if (this.listener == null) {
			return;
		}
		this.hosts.lookUp(this.instances.stream().map(Instance::host).toList());
		cancel(this.again);
		if (!this.hosts.looking()) {
			cancel(this.limit);
		}
		else if (this.limit == null || !this.limit.isPending()) {
			this.limit = schedule(LIMIT, this::late);
		}
		tellIfDue(false);
	}

	private void late() {
		this.hosts.late();
		this.limit = schedule(LIMIT, this::late);
		tellIfDue(true);
	}

	private void lookupEnded(boolean changed) {
		this.due |= changed;
		if (this.listener == null || this.hosts.looking()) {
			return;
		}
		cancel(this.limit);
		cancel(this.again);
		if (this.hosts.failing()) {
			this.again = schedule(AGAIN, this::lookUp);
		}
		tellIfDue(true);
	}

	/**
	 * Tells the channel what it has not been told.
	 * @param late whether nothing is waited for any more
	 */
	private void tellIfDue(boolean late) {
		Listener2 listener = this.listener;
		if (listener == null || !this.due) {
			return;
		}
		List<EquivalentAddressGroup> addresses = AddressGroups.of(this.instances, this.hosts::addresses);
		if (addresses.isEmpty() && !late && this.hosts.looking()) {
			return;
		}
		this.due = false;
		this.told = true;
		this.toldError = addresses.isEmpty();
		listener.onResult2(ResolutionResult.newBuilder()
			.setAddressesOrError(this.toldError ? StatusOr.fromStatus(problem()) : StatusOr.fromValue(addresses))
			.setServiceConfig(this.serviceConfig)
			.build());
	}

	private Status problem() {
		if (!this.instances.isEmpty()) {
			String host = this.instances.get(0).host();
			return unavailable("has only instances whose host names cannot be looked up, such as " + host + ": "
					+ this.hosts.problem(host));
		}
		EtcdDiscoveryException unread = this.resolver.whyUnread(this.service);
		if (unread != null) {
			// Without the cause: gRPC would log its stack at every attempt.
			return unavailable("is not known yet: " + unread.getMessage());
		}
		if (this.state == State.UNREAD) {
			return unavailable("is not known yet: etcd has not answered");
		}
		long stale = this.resolver.staleFor().toSeconds();
		return unavailable("has no instance in etcd"
				+ ((stale > 0) ? " that is known: not everything could be watched for " + stale + " s" : ""));
	}

	private Status unavailable(String problem) {
		return Status.UNAVAILABLE.withDescription("Service '" + Bytes.utf8(this.service) + "' " + problem);
	}

	private ScheduledHandle schedule(Duration delay, Runnable task) {
		return this.context.schedule(task, delay, this.timers);
	}

	private static void cancel(@Nullable ScheduledHandle handle) {
		if (handle != null) {
			handle.cancel();
		}
	}

}
