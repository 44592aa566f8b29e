package io.github.etcddiscovery.samples.demo;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The file that {@code docker compose up} reads, which needs no Docker to be looked at.
 */
class ComposeFileTests {

	@Test
	void etcdRunsAsTheSeedHasIt() throws IOException {
		Map<String, Object> etcd = etcd();
		assertThat(etcd.get("image")).asString().matches("[a-z0-9.-]+/[a-z/-]+:v[0-9]+\\.[0-9]+\\.[0-9]+");
		assertThat(etcd.get("ports")).asInstanceOf(InstanceOfAssertFactories.LIST)
			.containsExactly("127.0.0.1:2379:2379", "127.0.0.1:2380:2380");
		assertThat(etcd.get("volumes")).isEqualTo(List.of("etcd-data:/etcd-data"));
		assertThat(etcd.get("environment")).isEqualTo(List.of("TZ=Asia/Shanghai"));
		assertThat(etcd.get("command")).asString()
			.contains("--advertise-client-urls=http://etcd:2379", "--data-dir=/etcd-data")
			.doesNotContain("auth");
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> etcd() throws IOException {
		Path root = Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent().getParent();
		try (Reader file = Files.newBufferedReader(root.resolve("compose.yaml"))) {
			Map<String, Map<String, Map<String, Object>>> content = new Yaml().load(file);
			return content.get("services").get("etcd");
		}
	}

}
