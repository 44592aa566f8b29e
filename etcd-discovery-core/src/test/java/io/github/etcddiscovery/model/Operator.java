package io.github.etcddiscovery.model;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.test.EtcdCluster;

/**
 * What an operator, who may do everything, does to etcd, modelled or real.
 */
interface Operator {

	void compact(long revision);

	void put(String key, String value, long lease);

	void edit(String key, String value);

	void deletePrefix(String prefix);

	static Operator of(EtcdCluster etcd) {
		return new Operator() {

			@Override
			public void compact(long revision) {
				etcd.compact(revision);
			}

			@Override
			public void put(String key, String value, long lease) {
				etcd.put(key, value, lease);
			}

			@Override
			public void edit(String key, String value) {
				etcd.etcdctl("put", "--ignore-lease", "--", key, value);
			}

			@Override
			public void deletePrefix(String prefix) {
				etcd.etcdctl("del", "--prefix", "--", prefix);
			}

		};
	}

	static Operator of(ModelEtcd etcd) {
		return new Operator() {

			@Override
			public void compact(long revision) {
				etcd.compact(revision);
			}

			@Override
			public void put(String key, String value, long lease) {
				etcd.put(key, value, lease);
			}

			@Override
			public void edit(String key, String value) {
				etcd.edit(key, value);
			}

			@Override
			public void deletePrefix(String prefix) {
				KeyRange range = KeyRange.prefix(Bytes.utf8(prefix));
				etcd.delete(etcd.entries()
					.stream()
					.map(Entry::key)
					.filter(range::contains)
					.map(Bytes::strictUtf8)
					.toArray(String[]::new));
			}

		};
	}

}
