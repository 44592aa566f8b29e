package io.github.etcddiscovery.benchmarks;

import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Decoded;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Decodes one entry with four tags, as in performance.md: at most 2 us and 1.5 kB are
 * allowed for Kitex.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class DecodeBenchmark {

	private final Instance instance = new Instance("service.music.user", "10.0.0.5", 8888, 10,
			Map.of("region", "cn-north", "version", "v1.4.2", "zone", "a", "instance-id", "music-user-7f3a"));

	/** Name of the wire format. */
	@Param({ "kitex", "hertz", "grpc", "go-kit", "plain", "go-zero", "kratos" })
	public String format = "kitex";

	private Layout layout = Layout.kitex();

	private Bytes key = Bytes.EMPTY;

	private Bytes value = Bytes.EMPTY;

	/** Writes the entry. */
	@Setup
	public void write() {
		InstanceCodec codec = InstanceCodec.all()
			.stream()
			.filter((candidate) -> candidate.format().equals(this.format))
			.findFirst()
			.orElseThrow();
		this.layout = Layout.of(codec);
		this.key = this.layout.key(this.instance);
		this.value = codec.value(this.instance);
	}

	/**
	 * Decodes an entry that is fine.
	 * @return the instance
	 */
	@Benchmark
	public Decoded decode() {
		return this.layout.decode(this.instance.service(), this.key, this.value);
	}

	/**
	 * Encodes the same instance, once per registration and update.
	 * @return the value
	 */
	@Benchmark
	public Bytes encode() {
		return this.layout.codec().value(this.instance);
	}

}
