package io.github.etcddiscovery.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What is asked of etcdctl, and what is made of its answers. */
class EtcdCommandsTests {

	private final List<List<String>> asked = new ArrayList<>();

	private String answer = "";

	private final EtcdCommands etcd = new EtcdCommands() {

		@Override
		public List<String> endpoints() {
			return List.of("http://127.0.0.1:1", "http://127.0.0.1:2");
		}

		@Override
		public String etcdctl(String... arguments) {
			EtcdCommandsTests.this.asked.add(List.of(arguments));
			return EtcdCommandsTests.this.answer;
		}

	};

	@Test
	void membersHaveEndpointsByTheirNumbers() {
		assertThat(this.etcd.endpoint()).isEqualTo("http://127.0.0.1:1");
		assertThat(this.etcd.endpoint(1)).isEqualTo("http://127.0.0.1:2");
		assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> this.etcd.endpoint(2));
	}

	@Test
	void keysAndValuesAreNeverTakenForFlags() {
		this.etcd.put("--lease=1", "-v");
		this.etcd.put("-k", "--v", 10);
		this.etcd.get("--prefix");
		this.etcd.delete("--prefix");
		assertThat(this.asked).containsExactly(List.of("put", "--", "--lease=1", "-v"),
				List.of("put", "--lease=a", "--", "-k", "--v"), List.of("get", "--", "--prefix"),
				List.of("del", "--", "--prefix"));
	}

	@Test
	void aValueIsWhatStandsAfterTheKeyToTheLastByte() {
		this.answer = "key\nline one\nline two\n\n";
		assertThat(this.etcd.get("key")).contains("line one\nline two\n");
	}

	@Test
	void anEmptyValueIsNoMissingKey() {
		this.answer = "key\n\n";
		assertThat(this.etcd.get("key")).contains("");
		this.answer = "";
		assertThat(this.etcd.get("key")).isEmpty();
	}

	@Test
	void leasesAreWrittenInHexadecimalAsEtcdctlHasThem() {
		this.answer = "{\"cluster_id\":1,\"ID\":7587869134414463753,\"ttl\":60}";
		long lease = this.etcd.grant(Duration.ofSeconds(60));
		this.etcd.revoke(lease);
		assertThat(lease).isEqualTo(7587869134414463753L);
		assertThat(this.asked).containsExactly(List.of("lease", "grant", "60", "--write-out=json"),
				List.of("lease", "revoke", "694d86c686ecc309"));
	}

	@Test
	void theRevisionIsThatOfAnyRead() {
		this.answer = "{\"header\":{\"cluster_id\":1,\"member_id\":2,\"revision\":42,\"raft_term\":3}}";
		assertThat(this.etcd.revision()).isEqualTo(42);
	}

	@Test
	void compactionNamesTheRevision() {
		this.etcd.compact(42);
		assertThat(this.asked).containsExactly(List.of("compact", "42"));
	}

}
