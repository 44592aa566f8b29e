package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Asks one source after the other.
 */
record BinarySearch(Host host, List<BinarySource> sources, Consumer<String> progress) {

	static BinarySearch on(Host host, Consumer<String> progress) {
		BinaryCache cache = BinaryCache.of(host);
		return new BinarySearch(host, List.of(FolderSource.etcdBin(host), FolderSource.path(host), cache,
				ReleaseArchive.official(host, cache), new DebianPackage(host, cache), new ContainerImage(host, cache)),
				progress);
	}

	EtcdBinaries run() {
		List<String> tried = new ArrayList<>();
		for (BinarySource source : this.sources) {
			if (source.fetches()) {
				this.progress.accept("Setting up etcd, trying " + source.name());
			}
			try {
				for (Path folder : source.folders()) {
					EtcdBinaries binaries = checked(folder, source.name(), tried);
					if (binaries != null) {
						this.progress.accept("Using " + binaries.description() + passedOver(tried));
						return binaries;
					}
				}
			}
			catch (IOException ex) {
				note(tried, source.name(), ex);
			}
		}
		throw new IllegalStateException(
				"No etcd of version 3.4 or newer found. Tried:\n  " + String.join("\n  ", tried) + "\n" + advice());
	}

	private @Nullable EtcdBinaries checked(Path folder, String source, List<String> tried) {
		try {
			return EtcdBinaries.check(folder, source);
		}
		catch (IOException ex) {
			note(tried, source, ex);
			return null;
		}
	}

	private static void note(List<String> tried, String source, IOException reason) {
		String message = reason.getMessage();
		tried.add(source + ": " + (message == null ? reason.getClass().getSimpleName() : message));
	}

	private static String passedOver(List<String> tried) {
		return tried.isEmpty() ? "" : "; passed over " + String.join("; ", tried);
	}

	private String advice() {
		String install = this.host.isMac() ? "Install it by 'brew install etcd'"
				: "Install etcd and etcdctl by your package manager, or from https://github.com/etcd-io/etcd/releases";
		return install + ", so that both are on the PATH, or set ETCD_BIN to the folder that holds them.";
	}

}
