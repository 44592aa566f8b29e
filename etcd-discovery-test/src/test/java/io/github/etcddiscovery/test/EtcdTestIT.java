package io.github.etcddiscovery.test;

import io.github.etcddiscovery.test.binaries.EtcdBinaries;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** One etcd for a class and its subclasses' tests, as a parameter. */
@Timeout(60)
class EtcdTestIT {

	@EtcdTest
	abstract static class Base {

		@Test
		void isGivenWhatRuns(EtcdCluster etcd) {
			etcd.put("written by the test", "1");
			assertThat(etcd.get("written by the test")).contains("1");
			assertThat(etcd.size()).isEqualTo(1);
			assertThat(etcd.isRunning(0)).isTrue();
		}

	}

	@Nested
	class Inherited extends Base {

		private EtcdCluster seen;

		@BeforeEach
		void isGivenToMethodsBeforeTheTestToo(EtcdCluster etcd) {
			this.seen = etcd;
		}

		@Test
		void isTheSameForAllMethods(EtcdCluster etcd) {
			assertThat(etcd).isSameAs(this.seen);
		}

		@Test
		void saysWhatItIs(EtcdCluster etcd) {
			EtcdBinaries binaries = etcd.binaries();
			assertThat(binaries.version().isAtLeast(3, 4)).isTrue();
			assertThat(etcd.etcdctl("version")).contains("etcdctl version: " + binaries.version());
		}

	}

}
