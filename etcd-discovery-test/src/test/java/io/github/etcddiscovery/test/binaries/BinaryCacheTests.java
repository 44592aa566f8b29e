package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

@Timeout(60)
class BinaryCacheTests {

	@TempDir
	Path temp;

	@Test
	void versionIsAskedOfTheProgramAndNamesTheFolder() throws IOException {
		BinaryCache cache = new BinaryCache(this.temp.resolve("cache"));
		Path installed = cache.install(FakeHost.etcd(this.temp.resolve("unpacked"), "3.4.23"));
		assertThat(installed).isEqualTo(this.temp.resolve("cache/3.4.23"));
		assertThat(cache.folders()).containsExactly(installed);
		assertThat(list(cache.root())).containsExactly("3.4.23");
	}

	@Test
	void tooOldIsNotTakenIn() throws IOException {
		BinaryCache cache = new BinaryCache(this.temp.resolve("cache"));
		Path unpacked = FakeHost.etcd(this.temp.resolve("unpacked"), "3.3.25");
		assertThatIOException().isThrownBy(() -> cache.install(unpacked)).withMessageContaining("older than 3.4");
		assertThat(list(cache.root())).isEmpty();
	}

	@Test
	void missingProgramIsNotTakenIn() throws IOException {
		BinaryCache cache = new BinaryCache(this.temp.resolve("cache"));
		Path unpacked = FakeHost.etcd(this.temp.resolve("unpacked"), "3.5.1");
		Files.delete(unpacked.resolve("etcdctl"));
		assertThatIOException().isThrownBy(() -> cache.install(unpacked));
		assertThat(list(cache.root())).isEmpty();
	}

	@Test
	void brokenVersionIsReplaced() throws IOException {
		BinaryCache cache = new BinaryCache(this.temp.resolve("cache"));
		Files.createDirectories(cache.root().resolve("3.5.1"));
		Files.writeString(cache.root().resolve("3.5.1/etcd"), "half a download");
		Path installed = cache.install(FakeHost.etcd(this.temp.resolve("unpacked"), "3.5.1"));
		assertThat(EtcdBinaries.in(installed).version()).isEqualTo(new EtcdVersion(3, 5, 1));
		assertThat(list(cache.root())).containsExactly("3.5.1");
	}

	@Test
	void manyThatSetUpAtOnceAllGetOneCompleteVersion() throws Exception {
		BinaryCache cache = new BinaryCache(this.temp.resolve("cache"));
		Path unpacked = FakeHost.etcd(this.temp.resolve("unpacked"), "3.5.1");
		int count = 8;
		CyclicBarrier start = new CyclicBarrier(count);
		ExecutorService threads = Executors.newFixedThreadPool(count);
		try {
			Callable<Path> install = () -> {
				start.await(10, TimeUnit.SECONDS);
				return cache.install(unpacked);
			};
			for (Future<Path> result : threads.invokeAll(Stream.generate(() -> install).limit(count).toList())) {
				assertThat(EtcdBinaries.in(result.get()).version()).isEqualTo(new EtcdVersion(3, 5, 1));
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(list(cache.root())).containsExactly("3.5.1");
	}

	@Test
	void emptyCacheSaysSo() throws IOException {
		BinaryCache cache = new BinaryCache(this.temp.resolve("cache"));
		assertThatIOException().isThrownBy(cache::folders).withMessage("nothing was set up before");
		Files.createDirectories(cache.root().resolve(".setup-1"));
		assertThatIOException().isThrownBy(cache::folders).withMessage("nothing was set up before");
	}

	private static List<String> list(Path folder) throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			return files.map((file) -> file.getFileName().toString()).toList();
		}
	}

}
