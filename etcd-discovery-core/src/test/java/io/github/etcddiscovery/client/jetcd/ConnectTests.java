package io.github.etcddiscovery.client.jetcd;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.ClientBuilder;
import io.github.etcddiscovery.client.ClientThreads;
import io.github.etcddiscovery.client.Credentials;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/** What a client says before it speaks to any etcd. */
class ConnectTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(JetcdClient.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	@BeforeEach
	void listen() {
		this.logger.setLevel(Level.INFO);
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void stop() {
		this.logger.detachAppender(this.log);
		this.logger.setLevel(null);
	}

	@Test
	void passwordThatGoesInClearIsWarnedOfOnceAndNotShown() {
		connect(EtcdClientSettings.of("http://localhost:1").withCredentials(() -> new Credentials("app", "s3cret")));
		assertThat(this.log.list).singleElement()
			.satisfies((event) -> assertThat(event.getLevel()).isEqualTo(Level.WARN))
			.extracting(ILoggingEvent::getFormattedMessage)
			.asString()
			.contains("http://localhost:1")
			.doesNotContain("s3cret");
	}

	@Test
	void passwordThatGoesEncryptedIsNotWarnedOf() {
		connect(EtcdClientSettings.of("https://localhost:1").withCredentials(() -> new Credentials("app", "s3cret")));
		connect(EtcdClientSettings.of("http://localhost:1"));
		assertThat(this.log.list).isEmpty();
	}

	@Test
	void customizerSeesWhatTheSettingsSay() {
		EtcdClientSettings settings = EtcdClientSettings.of("https://localhost:1")
			.withTimeouts(Duration.ofSeconds(7), Duration.ofSeconds(1))
			.withAuthority("etcd.example");
		ClientBuilder[] seen = new ClientBuilder[1];
		EtcdClient.connect(settings, (builder) -> seen[0] = builder).close();
		assertThat(seen[0].connectTimeout()).isEqualTo(Duration.ofSeconds(7));
		assertThat(seen[0].authority()).isEqualTo("etcd.example");
		assertThat(seen[0].sslContext()).isNotNull();
		assertThat(seen[0].maxInboundMessageSize()).isEqualTo(64 * 1024 * 1024);
		assertThat(seen[0].keepaliveWithoutCalls()).isFalse();
	}

	@Test
	void namespaceIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> EtcdClient.connect(EtcdClientSettings.of("localhost:1"),
					(builder) -> builder.namespace(ByteSequence.from("ns/", java.nio.charset.StandardCharsets.UTF_8))))
			.withMessageContaining("namespace");
	}

	@Test
	void faultOfTheCustomizerIsTheCallersAndLeavesNoThread() {
		ClientThreads threads = new ClientThreads();
		assertThatIllegalStateException()
			.isThrownBy(() -> EtcdClient.connect(EtcdClientSettings.of("localhost:1"), (builder) -> {
				throw new IllegalStateException("no such header");
			}))
			.withMessageContaining("no such header");
		await().until(() -> threads.alive().isEmpty());
	}

	@Test
	void credentialsAreWholeAndHideThePassword() {
		assertThat(new Credentials("app", "s3cret")).hasToString("Credentials[username=app]");
		for (Map.Entry<String, String> half : List.of(Map.entry("", "s3cret"), Map.entry("app", ""))) {
			assertThatIllegalArgumentException().isThrownBy(() -> new Credentials(half.getKey(), half.getValue()))
				.withMessageNotContaining("s3cret");
		}
	}

	private static void connect(EtcdClientSettings settings) {
		EtcdClient.connect(settings).close();
	}

}
