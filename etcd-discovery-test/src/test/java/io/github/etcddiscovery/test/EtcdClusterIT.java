package io.github.etcddiscovery.test;

import java.time.Duration;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@EtcdTest
class EtcdClusterIT {

	@Test
	void writtenValueIsReadBack(EtcdCluster etcd) {
		String key = UUID.randomUUID().toString();
		etcd.put(key, "line one\nline two\n");
		assertThat(etcd.get(key)).contains("line one\nline two\n");
		etcd.delete(key);
		assertThat(etcd.get(key)).isEmpty();
	}

	@Test
	void keyGoesWithItsLease(EtcdCluster etcd) {
		long lease = etcd.grant(Duration.ofSeconds(60));
		etcd.put("leased", "1", lease);
		assertThat(etcd.get("leased")).contains("1");
		etcd.revoke(lease);
		assertThat(etcd.get("leased")).isEmpty();
	}

	@Test
	void killedMemberIsGoneAndComesBackWithItsDataOnItsPort(EtcdCluster etcd) {
		String endpoint = etcd.endpoint();
		etcd.put("kept", "1");
		etcd.kill();
		assertThat(etcd.isRunning(0)).isFalse();
		assertThatExceptionOfType(EtcdException.class).isThrownBy(() -> etcd.get("kept"));
		etcd.restart();
		assertThat(etcd.endpoint()).isEqualTo(endpoint);
		assertThat(etcd.get("kept")).contains("1");
	}

	@Test
	void wipedMemberHasALowRevisionAgain(EtcdCluster etcd) {
		etcd.put("gone", "1");
		etcd.put("gone", "2");
		assertThat(etcd.revision()).isGreaterThan(2);
		etcd.wipe();
		assertThat(etcd.get("gone")).isEmpty();
		assertThat(etcd.revision()).isEqualTo(1);
	}

}
