package io.github.etcddiscovery.codec;

import java.lang.management.ManagementFactory;
import java.util.Map;

import com.sun.management.ThreadMXBean;
import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Decoded.Found;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A registry of 100,000 entries is read as a whole: what an entry costs counts.
 */
class DecodeAllocationTests {

	private static final int ENTRIES = 10_000;

	private static final Instance INSTANCE = new Instance("service.music.user", "10.0.0.5", 8888, 10,
			Map.of("region", "cn-north", "version", "v1.4.2", "zone", "a", "instance-id", "music-user-7f3a"));

	/** The bounds hold before anything is compiled, too. */
	@ParameterizedTest
	@CsvSource({ "kitex, 900", "hertz, 900", "grpc, 1600", "go-kit, 1200", "plain, 1200", "go-zero, 900",
			"kratos, 3000" })
	void anEntryCostsLittle(String format, int allowed) {
		Layout layout = Layout.of(BuiltInFormatsTests.codec(format));
		Bytes key = layout.key(INSTANCE);
		Bytes value = layout.codec().value(INSTANCE);
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long thread = Thread.currentThread().getId();
		long before = threads.getThreadAllocatedBytes(thread);
		int found = 0;
		for (int i = 0; i < ENTRIES; i++) {
			found += (layout.decode(INSTANCE.service(), key, value) instanceof Found) ? 1 : 0;
		}
		long allocated = threads.getThreadAllocatedBytes(thread) - before;
		assertThat(found).isEqualTo(ENTRIES);
		assertThat(allocated / ENTRIES).as("bytes for an entry of %s", format).isLessThan(allowed);
	}

}
