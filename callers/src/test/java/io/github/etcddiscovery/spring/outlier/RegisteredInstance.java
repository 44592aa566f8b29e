package io.github.etcddiscovery.spring.outlier;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.RegistryOptions;
import org.slf4j.LoggerFactory;

/**
 * What runs in an {@link InstanceProcess} that registers itself, and so leaves etcd when
 * its lease ends.
 */
final class RegisteredInstance {

	private RegisteredInstance() {
	}

	/**
	 * Says the port once it is registered.
	 * @param arguments endpoint, service, time to live
	 */
	public static void main(String[] arguments) throws IOException {
		PrintStream told = System.out;
		// The port is to be all that is told; whoever reads a red test finds the log.
		System.setOut(System.err);
		((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
		int port = InstanceProcess.serve(InetAddress.getLoopbackAddress());
		// A JVM that has just started on a machine that is busy takes its time.
		EtcdClient client = EtcdClient
			.connect(EtcdClientSettings.of(arguments[0]).withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(10)));
		EtcdRegistry.create(client, RegistryOptions.defaults().withTtl(Duration.parse(arguments[2])))
			.register(Instance.of(arguments[1], "127.0.0.1", port))
			.whenRegistered()
			.toCompletableFuture()
			.orTimeout(30, TimeUnit.SECONDS)
			.join();
		told.println(port);
		// Nobody writes: this returns when whoever has started it has ended.
		System.exit(System.in.read());
	}

}
