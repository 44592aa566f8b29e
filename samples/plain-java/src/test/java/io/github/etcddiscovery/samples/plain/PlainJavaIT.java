package io.github.etcddiscovery.samples.plain;

import io.github.etcddiscovery.test.EtcdExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class PlainJavaIT {

	@RegisterExtension
	static final EtcdExtension etcd = EtcdExtension.single();

	@Test
	void runsToItsEndAndLeavesNothingBehind() throws Exception {
		PlainJava.main(etcd.endpoint());

		assertThat(etcd.etcdctl("get", "--prefix", "kitex/registry-etcd/")).isEmpty();
	}

}
