package io.github.etcddiscovery.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.etcddiscovery.client.EtcdClient;

/**
 * The class path of an application that uses core and no Spring. gRPC looks for its
 * plug-ins in every jar of the class path: with those of Spring, which has opened them
 * long before a resolver is made, a first snapshot would seem to take longer than it
 * does.
 */
final class CoreClassPath {

	private CoreClassPath() {
	}

	/**
	 * Makes it.
	 * @param folder an empty folder, for classes of the benchmarks: their jar names all
	 * others in its manifest
	 * @param programs the classes of the benchmarks that are needed
	 * @return the class path
	 */
	static String of(Path folder, Class<?>... programs) throws IOException {
		for (Class<?> program : programs) {
			String name = program.getName().replace('.', '/') + ".class";
			Files.createDirectories(folder.resolve(name).getParent());
			try (InputStream in = program.getClassLoader().getResourceAsStream(name)) {
				Files.copy(in, folder.resolve(name));
			}
		}
		try (Stream<Path> jars = Files.list(jarOf(EtcdClient.class).getParent())) {
			return Stream.concat(Stream.of(folder), jars.filter((jar) -> !isOfSpring(jar)))
				.map(Path::toString)
				.collect(Collectors.joining(System.getProperty("path.separator")));
		}
	}

	private static boolean isOfSpring(Path jar) {
		String name = jar.getFileName().toString();
		return name.startsWith("spring-") || name.startsWith("etcd-discovery-spring-");
	}

	private static Path jarOf(Class<?> type) {
		try {
			return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
