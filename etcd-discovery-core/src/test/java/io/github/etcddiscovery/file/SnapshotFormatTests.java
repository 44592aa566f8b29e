package io.github.etcddiscovery.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32;

import org.junit.jupiter.api.Test;

import static io.github.etcddiscovery.file.SavedSample.OF;
import static io.github.etcddiscovery.file.SavedSample.RANGES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SnapshotFormatTests {

	private static final long MILLIS = 1_795_000_000_123L;

	private final byte[] file = written();

	private static byte[] written() {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try {
			new SnapshotWriter(out).write(OF, MILLIS, RANGES);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		return out.toByteArray();
	}

	@Test
	void whatWasWrittenIsRead() throws Exception {
		SnapshotReader.Content content = SnapshotReader.read(this.file, OF);
		assertThat(content.millis()).isEqualTo(MILLIS);
		assertThat(content.ranges()).isEqualTo(RANGES);
	}

	@Test
	void equalTagsAndNamesOfServicesAreOneObject() throws Exception {
		var instances = SnapshotReader.read(this.file, OF).ranges().get(new SavedRange(0, null));
		assertThat(instances.get(0).instance().tags()).isSameAs(instances.get(2).instance().tags());
		assertThat(instances.get(0).instance().service()).isSameAs(instances.get(1).instance().service());
	}

	@Test
	void aFileThatIsCutOffAnywhereIsRefused() {
		for (int length = 0; length < this.file.length; length++) {
			byte[] shorter = Arrays.copyOf(this.file, length);
			assertThatExceptionOfType(UnusableFileException.class).as("%d bytes", length)
				.isThrownBy(() -> SnapshotReader.read(shorter, OF));
		}
	}

	@Test
	void aFileOfWhichAnyBitIsAnotherIsRefused() {
		for (int bit = 0; bit < this.file.length * 8; bit++) {
			byte[] flipped = this.file.clone();
			flipped[bit / 8] ^= (byte) (1 << bit % 8);
			assertThatExceptionOfType(UnusableFileException.class).as("bit %d", bit)
				.isThrownBy(() -> SnapshotReader.read(flipped, OF));
		}
	}

	@Test
	void whateverFollowsIsRefused() {
		assertThatExceptionOfType(UnusableFileException.class)
			.isThrownBy(() -> SnapshotReader.read(Arrays.copyOf(this.file, this.file.length + 1), OF))
			.withMessageContaining("checksum");
	}

	/**
	 * Nobody who knows the checksum makes this throw anything else, or ask for memory.
	 */
	@Test
	void whatHasARightChecksumAndNoSenseIsRefused() {
		for (int i = 0; i < this.file.length - 4; i++) {
			for (int value : new int[] { 0, 1, 0x7f, 0x80, 0xff }) {
				byte[] other = this.file.clone();
				other[i] = (byte) value;
				CRC32 sum = new CRC32();
				sum.update(other, 0, other.length - 4);
				for (int j = 0; j < 4; j++) {
					other[other.length - 4 + j] = (byte) (sum.getValue() >>> (8 * (3 - j)));
				}
				try {
					SnapshotReader.read(other, OF);
				}
				catch (UnusableFileException ex) {
					// What it should be, where it is not another content that makes
					// sense.
				}
			}
		}
	}

	@Test
	void anotherVersionIsNamed() {
		this.file[SnapshotWriter.MAGIC.size()] = 2;
		assertThatExceptionOfType(UnusableFileException.class).isThrownBy(() -> SnapshotReader.read(this.file, OF))
			.withMessage("it is of format version 2, and not of 1");
	}

	@Test
	void aFileOfOtherEndpointsOrLayoutsIsNamedOnOneLine() {
		assertThatExceptionOfType(UnusableFileException.class)
			.isThrownBy(() -> SnapshotReader.read(this.file, "endpoints [http://b:2379],\n layouts [x]"))
			.withMessageContainingAll("http://a:2379", "http://b:2379],\\x0a layouts")
			.withMessageNotContaining("\n");
	}

	/** Whoever changes what is written gives it another version. */
	@Test
	void whatVersionOneWritesIsAsItWas() {
		CRC32 sum = new CRC32();
		sum.update(this.file);
		assertThat(this.file).hasSize(482);
		assertThat(sum.getValue()).isEqualTo(334_736_708L);
	}

}
