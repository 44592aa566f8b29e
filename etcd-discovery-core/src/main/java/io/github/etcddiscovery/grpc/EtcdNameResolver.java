package io.github.etcddiscovery.grpc;

import java.util.List;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.resolver.EtcdResolver;
import io.github.etcddiscovery.resolver.ServiceSnapshot;
import io.github.etcddiscovery.resolver.ServiceSnapshot.State;
import io.github.etcddiscovery.resolver.Subscription;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import org.jspecify.annotations.Nullable;

/**
 * Tells one channel the instances of one service, and each change. Hosts are looked up on
 * the thread that brings the snapshot; everything else happens in the channel's
 * synchronization context.
 *
 * <pre>
 * state       signal                              next
 * FOLLOWING   snapshot with instances             told; SETTLED where all are IP addresses
 * FOLLOWING   snapshot without, or nothing read   told an error, so that calls fail and do not hang
 *             within the first snapshot timeout
 * SETTLED     snapshot                            as in FOLLOWING
 * FOLLOWING   refresh()                           told again what is known, hosts looked up anew
 * SETTLED     refresh()                           SETTLED: whatever changes is pushed
 * any         shutdown()                          nothing more is told
 * </pre>
 */
final class EtcdNameResolver extends NameResolver {

	private static final Subscription NONE = () -> {
	};

	private final EtcdResolver resolver;

	private final String service;

	private final AddressGroups groups;

	private final @Nullable ConfigOrError serviceConfig;

	private final SynchronizationContext context;

	private @Nullable Listener2 listener;

	private Subscription subscription = NONE;

	/** Counts subscriptions: what an earlier one brings late is passed over. */
	private int following;

	private boolean told;

	private boolean settled;

	EtcdNameResolver(EtcdResolver resolver, String service, AddressGroups groups, Args args,
			@Nullable ConfigOrError serviceConfig) {
		this.resolver = resolver;
		this.service = service;
		this.groups = groups;
		this.serviceConfig = serviceConfig;
		this.context = args.getSynchronizationContext();
	}

	@Override
	public String getServiceAuthority() {
		return GrpcTarget.authority(this.service);
	}

	@Override
	public void start(Listener2 listener) {
		this.listener = listener;
		follow();
		this.resolver.whenRead(this.service)
			.thenAccept((snapshot) -> this.context.execute(() -> firstReadIsOver(snapshot)));
	}

	@Override
	public void refresh() {
		if (!this.settled) {
			follow();
		}
	}

	@Override
	public void shutdown() {
		this.listener = null;
		this.following++;
		this.subscription.close();
	}

	/** A new subscription is told what is known, by a thread that may block. */
	private void follow() {
		int number = ++this.following;
		Subscription before = this.subscription;
		try {
			this.subscription = this.resolver.subscribe(this.service, (snapshot) -> {
				Update update = update(snapshot);
				this.context.execute(() -> tell(number, update));
			});
		}
		catch (IllegalStateException ex) {
			tell(number, failure("was asked for after the resolver had been closed"));
		}
		before.close();
	}

	private void firstReadIsOver(ServiceSnapshot snapshot) {
		if (!this.told && snapshot.state() == State.UNREAD) {
			tell(this.following, failure("is not known yet: etcd has not answered"));
		}
	}

	private Update update(ServiceSnapshot snapshot) {
		List<Instance> instances = snapshot.instances();
		if (instances.isEmpty()) {
			return failure("has no instance in etcd");
		}
		List<EquivalentAddressGroup> addresses = this.groups.of(instances);
		if (addresses.isEmpty()) {
			return failure("has only instances whose host names cannot be looked up");
		}
		boolean lasting = instances.stream().allMatch((instance) -> HostPort.isIpAddress(instance.host()));
		return new Update(StatusOr.fromValue(addresses), lasting);
	}

	private Update failure(String problem) {
		return new Update(
				StatusOr.fromStatus(
						Status.UNAVAILABLE.withDescription("Service '" + Bytes.utf8(this.service) + "' " + problem)),
				false);
	}

	private void tell(int number, Update update) {
		Listener2 listener = this.listener;
		if (listener == null || number != this.following) {
			return;
		}
		this.told = true;
		this.settled = update.settled;
		listener.onResult2(ResolutionResult.newBuilder()
			.setAddressesOrError(update.addresses)
			.setServiceConfig(this.serviceConfig)
			.build());
	}

	/**
	 * What to tell.
	 *
	 * @param settled whether it holds until the next snapshot, whatever happens to the
	 * connections
	 */
	private record Update(StatusOr<List<EquivalentAddressGroup>> addresses, boolean settled) {

	}

}
