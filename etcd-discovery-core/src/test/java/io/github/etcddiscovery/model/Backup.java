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
		this.etcd.down();
		this.etcd.member().restore(this.store.copy(), this.leases.copy());
		this.etcd.up();
	}

}
