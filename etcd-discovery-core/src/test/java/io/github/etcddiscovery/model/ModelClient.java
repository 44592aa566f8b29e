package io.github.etcddiscovery.model;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Lease;
import io.github.etcddiscovery.client.LeaseKeys;
import io.github.etcddiscovery.client.Listing;
import io.github.etcddiscovery.client.Page;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.client.Write;
import io.github.etcddiscovery.client.Write.Committed;

/**
 * A client of the model.
 */
final class ModelClient implements EtcdClient {

	private final Duration timeout;

	private final ModelEtcd etcd;

	private final Network network;

	private final Member member;

	private final CompletableFuture<Void> closed = new CompletableFuture<>();

	ModelClient(ModelEtcd etcd, Network network, Member member, Duration timeout) {
		this.timeout = timeout;
		this.etcd = etcd;
		this.network = network;
		this.member = member;
	}

	@Override
	public Duration requestTimeout() {
		return this.timeout;
	}

	@Override
	public CompletableFuture<List<String>> endpoints() {
		return CompletableFuture.completedFuture(List.of("http://model:2379"));
	}

	@Override
	public CompletableFuture<Lease> grant(Duration ttl) {
		return call(Call.GRANT, this.timeout, () -> this.member.grant(ttl));
	}

	@Override
	public CompletableFuture<Duration> renew(long lease, Duration timeout) {
		return call(Call.RENEW, timeout, () -> this.member.renew(lease));
	}

	@Override
	public CompletableFuture<LeaseKeys> leaseKeys(long lease) {
		return call(Call.LEASE_KEYS, this.timeout, () -> this.member.leaseKeys(lease));
	}

	@Override
	public CompletableFuture<Void> revoke(long lease) {
		return call(Call.REVOKE, this.timeout, () -> {
			this.member.revoke(lease);
			return null;
		});
	}

	@Override
	public CompletableFuture<Committed> commit(Write write) {
		CompletableFuture<Committed> answer = call(Call.COMMIT, this.timeout, () -> this.member.commit(write));
		var unused = answer.whenComplete((committed, failure) -> {
			if (failure != null) {
				this.network.writeFailed(write.key());
			}
		});
		return answer;
	}

	@Override
	public CompletableFuture<Listing> read(List<Bytes> keys) {
		if (keys.isEmpty() || keys.size() > MAX_KEYS) {
			throw new IllegalArgumentException("keys: " + keys.size());
		}
		return call(Call.READ, this.timeout, () -> this.member.read(keys));
	}

	@Override
	public CompletableFuture<Long> list(KeyRange range, boolean keysOnly, Executor owner, Consumer<Page> pages) {
		return new PagedList(
				(left, revision, limit) -> call(keysOnly ? Call.LIST_KEYS : Call.LIST, this.timeout,
						() -> this.member.page(left, revision, keysOnly, limit)),
				this.etcd.faults().effects, range, this.etcd.faults().pageSize, owner, pages)
			.begin();
	}

	@Override
	public CompletableFuture<Long> probe(KeyRange range) {
		return call(Call.PROBE, this.timeout, () -> this.member.store().revision());
	}

	@Override
	public Watches watches(Executor owner) {
		return new ModelWatches(this.etcd, owner, this.timeout);
	}

	@Override
	public void lingerFor(CompletionStage<?> work) {
		this.etcd.lingering(work);
	}

	@Override
	public void close() {
		this.closed.complete(null);
	}

	private <T> CompletableFuture<T> call(Call call, Duration deadline, Supplier<T> request) {
		if (this.closed.isDone()) {
			return CompletableFuture.failedFuture(closed(call));
		}
		CompletableFuture<T> answer = this.network.call(call, deadline, request);
		var unused = this.closed.thenRun(() -> answer.completeExceptionally(closed(call)));
		return answer;
	}

	private static EtcdDiscoveryException closed(Call call) {
		return new EtcdDiscoveryException(Kind.CLOSED, call + ": the client was closed", null);
	}

}
