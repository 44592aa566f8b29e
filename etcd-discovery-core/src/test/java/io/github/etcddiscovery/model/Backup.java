package io.github.etcddiscovery.model;

/**
 * All that stood in a model of etcd at some time: keys, history and leases.
 */
public final class Backup {

	private final ModelEtcd etcd;

	private final Store store;

	private final Leases leases;

	private Backup(ModelEtcd etcd, Store store, Leases leases) {
		this.etcd = etcd;
		this.store = store;
		this.leases = leases;
	}

	/** Copies. */
	public static Backup of(ModelEtcd etcd) {
		return new Backup(etcd, etcd.member().store().copy(), etcd.member().leases().copy());
	}

	/**
	 * The process starts again with what was copied: what has come since is lost, what
	 * has gone is there again, and every lease has its full time to live.
	 */
	public void restore() {
		restore(0);
	}

	/**
	 * The same with {@code --bump-revision --mark-compacted}: the revision does not go
	 * back but leaps ahead, and all revisions before are compacted. Nothing tells but
	 * what stands there.
	 */
	public void restoreBumped() {
		restore(1_000_000);
	}

	private void restore(long bump) {
		this.etcd.faults().effects.add((bump > 0) ? Effect.STORE_RESTORED_WITH_BUMP : Effect.STORE_RESTORED);
		Store restored = this.store.copy();
		if (bump > 0) {
			restored.bump(bump);
		}
		this.etcd.down();
		this.etcd.member().restore(restored, this.leases.copy());
		this.etcd.up();
	}

}
