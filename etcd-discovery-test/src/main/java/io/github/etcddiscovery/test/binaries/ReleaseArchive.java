package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The archive that the etcd project publishes, for Linux. It is unpacked only when its
 * SHA-256 is the pinned one.
 */
record ReleaseArchive(Host host, BinaryCache cache, URI base, Map<String, String> checksums) implements BinarySource {

	private static final String VERSION = "v3.5.27";

	private static final URI OFFICIAL = URI.create("https://github.com/etcd-io/etcd/releases/download/");

	/** The sums that Kubespray pins, by architecture. */
	private static final Map<String, String> PINNED = Map.of("amd64",
			"0aad9a9e4e0817a021e933f9806a2b2960a62f949ad5a3d6436d8886945cb1bc", "arm64",
			"1277309f540c5a0329c428f95455c9f76d24f768c8d28fd2753e891c379053fa");

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(15);

	private static final Duration DOWNLOAD_TIMEOUT = Duration.ofMinutes(2);

	static ReleaseArchive official(Host host, BinaryCache cache) {
		return new ReleaseArchive(host, cache, OFFICIAL, PINNED);
	}

	@Override
	public String name() {
		return "release archive " + VERSION;
	}

	@Override
	public List<Path> folders() throws IOException {
		String architecture = this.host.releaseArchitecture();
		String expected = this.checksums.get(architecture);
		if (!this.host.isLinux() || expected == null) {
			throw new IOException("used on Linux with amd64 or arm64 only, this is " + this.host.os() + " with "
					+ this.host.architecture());
		}
		Path work = this.cache.workFolder();
		try {
			String name = "etcd-" + VERSION + "-linux-" + architecture;
			URI address = this.base.resolve(VERSION + "/" + name + ".tar.gz");
			Path archive = download(address, work.resolve("etcd.tar.gz"));
			verify(archive, expected, address);
			Command.of("tar", "-xzf", archive.toString(), "-C", work.toString(), name + "/etcd", name + "/etcdctl")
				.runOk();
			return List.of(this.cache.install(work.resolve(name)));
		}
		finally {
			Folders.delete(work);
		}
	}

	private static Path download(URI address, Path target) throws IOException {
		HttpClient client = HttpClient.newBuilder()
			.connectTimeout(CONNECT_TIMEOUT)
			.followRedirects(HttpClient.Redirect.NORMAL)
			.build();
		HttpRequest request = HttpRequest.newBuilder(address).timeout(ANSWER_TIMEOUT).build();
		CompletableFuture<HttpResponse<Path>> answer = client.sendAsync(request,
				HttpResponse.BodyHandlers.ofFile(target));
		try {
			int status = answer.get(DOWNLOAD_TIMEOUT.toSeconds(), TimeUnit.SECONDS).statusCode();
			if (status != 200) {
				throw new IOException("download of " + address + " answered " + status);
			}
			return target;
		}
		catch (ExecutionException ex) {
			throw new IOException("download of " + address + " failed: " + ex.getCause(), ex);
		}
		catch (TimeoutException ex) {
			answer.cancel(true);
			throw new IOException("download of " + address + " took longer than " + DOWNLOAD_TIMEOUT.toSeconds() + " s",
					ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted during the download of " + address, ex);
		}
	}

	private static void verify(Path archive, String expected, URI address) throws IOException {
		try {
			byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive));
			String actual = HexFormat.of().formatHex(sum);
			if (!actual.equals(expected.toLowerCase(Locale.ROOT))) {
				throw new IOException("SHA-256 of " + address + " is " + actual + " and not " + expected
						+ ": not unpacked. Somebody changed the archive or the download");
			}
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every JDK has SHA-256", ex);
		}
	}

}
