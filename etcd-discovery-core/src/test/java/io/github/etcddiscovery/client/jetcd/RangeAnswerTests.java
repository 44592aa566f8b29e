package io.github.etcddiscovery.client.jetcd;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.management.ThreadMXBean;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.github.etcddiscovery.client.Entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * What jetcd's message says is what is read off the wire.
 */
class RangeAnswerTests {

	private static final RangeResponse RESPONSE = RangeResponse.newBuilder()
		.setHeader(ResponseHeader.newBuilder()
			.setClusterId(-7)
			.setMemberId(Long.MAX_VALUE)
			.setRevision(1L << 40)
			.setRaftTerm(3))
		.addKvs(entry("kitex/registry-etcd/a/10.0.0.1:80", "{}", 1L << 62, 300))
		.addKvs(KeyValue.newBuilder().setKey(ByteString.copyFromUtf8("no value, no lease")).setModRevision(5))
		.addKvs(entry("long", "x".repeat(Entry.MAX_VALUE), -1, 7))
		.addKvs(entry("too long", "x".repeat(Entry.MAX_VALUE + 1), 9, 8))
		.addKvs(entry("k".repeat(40_000), "after", 0, 9))
		.setMore(true)
		.setCount(100_000)
		.build();

	@ParameterizedTest
	@ValueSource(ints = { 1, 7, 1000, Integer.MAX_VALUE })
	void saysWhatTheMessageSays(int atATime) throws IOException {
		RangeAnswer answer = RangeAnswer.read(arriving(RESPONSE.toByteArray(), atATime));
		assertThat(answer.cluster()).isEqualTo(-7);
		assertThat(answer.revision()).isEqualTo(1L << 40);
		assertThat(answer.more()).isTrue();
		assertThat(answer.count()).isEqualTo(100_000);
		assertThat(answer.bytes()).isEqualTo(RESPONSE.getSerializedSize());
		assertThat(answer.entries()).isEqualTo(RESPONSE.getKvsList().stream().map(Messages::entry).toList());
		assertThat(answer.entries()).extracting(Entry::oversized).containsExactly(false, false, false, true, false);
		assertThat(answer.withoutValues()).isEqualTo(RESPONSE.getKvsList().stream().map(Messages::oversized).toList());
	}

	@Test
	void nothingIsAnAnswerToo() throws IOException {
		assertThat(RangeAnswer.read(new ByteArrayInputStream(new byte[0])))
			.isEqualTo(new RangeAnswer(0, 0, List.of(), false, 0, 0));
	}

	@Test
	void whatIsNotKnownIsPassedOver() throws IOException {
		UnknownFieldSet later = UnknownFieldSet.newBuilder()
			.addField(15,
					UnknownFieldSet.Field.newBuilder()
						.addVarint(-1)
						.addFixed32(1)
						.addFixed64(2)
						.addLengthDelimited(ByteString.copyFrom(new byte[30_000]))
						.build())
			.build();
		RangeResponse response = RESPONSE.toBuilder()
			.setUnknownFields(later)
			.setHeader(RESPONSE.getHeader().toBuilder().setUnknownFields(later))
			.setKvs(0, RESPONSE.getKvs(0).toBuilder().setUnknownFields(later))
			.build();
		RangeAnswer answer = RangeAnswer.read(arriving(response.toByteArray(), 1000));
		assertThat(answer.entries()).isEqualTo(RESPONSE.getKvsList().stream().map(Messages::entry).toList());
		assertThat(answer.revision()).isEqualTo(1L << 40);
	}

	@Test
	void aMessageThatEndsTooEarlyIsNone() throws IOException {
		byte[] whole = RESPONSE.toBuilder().clearMore().clearCount().build().toByteArray();
		int last = RESPONSE.getKvs(4).getSerializedSize();
		for (int length : new int[] { 1, 5, whole.length - last, whole.length - 8, whole.length - 1 }) {
			assertThatIOException().as("%s of %s bytes", length, whole.length)
				.isThrownBy(() -> RangeAnswer.read(arriving(Arrays.copyOf(whole, length), 1000)));
		}
	}

	/** A key that says it has 2 GB, groups, numbers without end, fields beyond theirs. */
	@ParameterizedTest
	@ValueSource(strings = { "12ffffffff070affffffff06", "0b", "20ffffffffffffffffffffff", "0a020805ff", "12020a05",
			"120218ff01", "1affffffffff7f" })
	void whatIsNoMessageIsRefusedWithoutMuchMemory(String hex) {
		byte[] bytes = HexFormat.of().parseHex(hex);
		assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> RangeAnswer.MARSHALLER.parse(new ByteArrayInputStream(bytes)));
	}

	@Test
	void anythingAtAllIsReadOrRefused() {
		Random random = new Random(9);
		byte[] good = RESPONSE.toBuilder().removeKvs(4).removeKvs(3).removeKvs(2).build().toByteArray();
		for (int i = 0; i < 20_000; i++) {
			byte[] bad = good.clone();
			for (int changes = random.nextInt(4); changes >= 0; changes--) {
				bad[random.nextInt(bad.length)] = (byte) random.nextInt();
			}
			try {
				RangeAnswer.read(new ByteArrayInputStream(bad));
			}
			catch (IOException ex) {
				assertThat(ex.getMessage()).isNotEmpty();
			}
		}
	}

	/** A list of 100,000 is read as a whole: what an entry costs counts. */
	@Test
	void anEntryCostsLittleMoreThanWhatIsKept() throws IOException {
		int entries = 10_000;
		byte[] page = RangeResponse.newBuilder()
			.addAllKvs(IntStream.range(0, entries)
				.mapToObj((i) -> entry(String.format("kitex/registry-etcd/service.music.user/10.0.%03d.1:8888", i),
						"v".repeat(136), 7, i))
				.toList())
			.build()
			.toByteArray();
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long thread = Thread.currentThread().getId();
		long before = threads.getThreadAllocatedBytes(thread);
		RangeAnswer answer = RangeAnswer.read(new ByteArrayInputStream(page));
		long allocated = threads.getThreadAllocatedBytes(thread) - before;
		assertThat(answer.entries()).hasSize(entries);
		// Key and value 48 + 136, their arrays and objects 64, the entry 40; jetcd's way
		// takes 1,100.
		assertThat(allocated / entries).isLessThan(330);
	}

	private static KeyValue entry(String key, String value, long lease, long modRevision) {
		return KeyValue.newBuilder()
			.setKey(ByteString.copyFromUtf8(key))
			.setValue(ByteString.copyFromUtf8(value))
			.setLease(lease)
			.setCreateRevision(2)
			.setVersion(4)
			.setModRevision(modRevision)
			.build();
	}

	/** Comes in pieces, as it does from a network. */
	private static InputStream arriving(byte[] bytes, int atATime) {
		return new ByteArrayInputStream(bytes) {

			@Override
			public synchronized int read(byte[] to, int from, int length) {
				return super.read(to, from, Math.min(length, atATime));
			}

		};
	}

}
