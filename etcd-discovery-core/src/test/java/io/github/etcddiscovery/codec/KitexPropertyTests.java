package io.github.etcddiscovery.codec;

import java.util.EnumMap;
import java.util.Map;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Decoded.Foreign;
import io.github.etcddiscovery.codec.Decoded.Found;
import io.github.etcddiscovery.codec.Decoded.Reason;
import io.github.etcddiscovery.codec.Decoded.Rejected;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds for all instances, keys and values. See {@link Generator} for the seed.
 */
class KitexPropertyTests {

	private final Generator generate = new Generator();

	private final Layout layout = new Layout(InstanceCodec.kitex(), "p");

	@Test
	void decodeNeverThrows() {
		Map<Reason, Integer> rejected = new EnumMap<>(Reason.class);
		int found = 0;
		for (int i = 0; i < 100_000; i++) {
			Bytes key = this.generate.key();
			Bytes value = this.generate.value();
			Decoded decoded = decode(key, value);
			if (decoded instanceof Rejected rejection) {
				rejected.merge(rejection.reason(), 1, Integer::sum);
			}
			found += (decoded instanceof Found) ? 1 : 0;
		}
		// Otherwise the generator makes nothing worth decoding.
		assertThat(found).as(this.generate.seed()).isGreaterThan(5_000);
		assertThat(rejected).as(this.generate.seed()).containsKeys(Reason.values());
	}

	private Decoded decode(Bytes key, Bytes value) {
		try {
			return this.layout.decode(null, key, value);
		}
		catch (RuntimeException ex) {
			throw new AssertionError(this.generate.seed() + ": key " + key + ", value " + value, ex);
		}
	}

	@Test
	void whatIsWrittenIsReadBack() {
		for (int i = 0; i < 20_000; i++) {
			Instance instance = this.generate.instance();
			Bytes key = this.layout.key(instance);
			Bytes value = this.layout.codec().value(instance);
			assertThat(this.layout.decode(null, key, value)).as(this.generate.seed()).isEqualTo(new Found(instance));
			assertThat(this.layout.decode(instance.service(), key, value)).as(this.generate.seed())
				.isEqualTo(new Found(instance));
		}
	}

	@Test
	void noKeyIsReadAsInstanceOfTwoServices() {
		Bytes value = Bytes.utf8("{\"network\":\"tcp\",\"address\":\"10.0.0.5:80\"}");
		for (int i = 0; i < 50_000; i++) {
			Bytes key = this.generate.key();
			String asked = this.generate.service();
			Decoded ofAll = this.layout.decode(null, key, value);
			Decoded ofOne = this.layout.decode(asked, key, value);
			boolean inRange = this.layout.service(asked).contains(key);
			if (ofAll instanceof Found found) {
				boolean same = found.instance().service().equals(asked);
				assertThat(ofOne).as("%s: %s of %s", this.generate.seed(), key, asked)
					.isEqualTo(same ? ofAll : new Foreign());
				assertThat(inRange).as("%s: %s of %s", this.generate.seed(), key, asked).isEqualTo(same);
			}
			else {
				assertThat(ofOne).as("%s: %s of %s", this.generate.seed(), key, asked)
					.isEqualTo(inRange ? ofAll : new Foreign());
			}
		}
	}

}
