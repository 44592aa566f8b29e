package io.github.etcddiscovery.resolver;

import java.util.concurrent.atomic.AtomicBoolean;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.KeyRange;
import io.github.etcddiscovery.codec.Decoded;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import org.jspecify.annotations.Nullable;

/**
 * Kitex's format as a user could get it wrong: throws on keys and names with a poison in
 * them.
 */
final class FailingCodec implements InstanceCodec {

	static final Layout LAYOUT = new Layout(new FailingCodec(), "failing");

	static final String POISON = "poison";

	/** Overflows the stack. */
	static final String DEEP = "deep";

	/** Finds a class missing. */
	static final String NO_CLASS = "no-class";

	/** See {@link #lackMemory}. */
	static final String NO_MEMORY_ONCE = "no-memory";

	private static final AtomicBoolean LACKING = new AtomicBoolean();

	private final InstanceCodec kitex = InstanceCodec.kitex();

	@Override
	public String format() {
		return "failing";
	}

	@Override
	public String defaultPrefix() {
		return "failing";
	}

	@Override
	public @Nullable KeyRange allServices(String prefix) {
		return this.kitex.allServices(prefix);
	}

	@Override
	public KeyRange service(String prefix, String service) {
		return this.kitex.service(prefix, service);
	}

	@Override
	public void checkService(String service) {
		failAt(service);
		this.kitex.checkService(service);
	}

	@Override
	public Bytes key(String prefix, Instance instance) {
		return this.kitex.key(prefix, instance);
	}

	@Override
	public Bytes value(Instance instance) {
		return this.kitex.value(instance);
	}

	@Override
	public Decoded decode(String prefix, @Nullable String service, Bytes key, Bytes value) {
		failAt(key.toString());
		return this.kitex.decode(prefix, service, key, value);
	}

	@Override
	public @Nullable String serviceOf(String prefix, Bytes key) {
		failAt(key.toString());
		return this.kitex.serviceOf(prefix, key);
	}

	/**
	 * From now on there is no memory for the one key, until it has been asked for once.
	 */
	static void lackMemory() {
		LACKING.set(true);
	}

	private static void failAt(String text) {
		if (text.contains(POISON)) {
			throw new IllegalStateException("a defect of this codec");
		}
		if (text.contains(DEEP)) {
			failAt(text + DEEP);
		}
		if (text.contains(NO_CLASS)) {
			throw new NoClassDefFoundError("of this codec");
		}
		if (text.contains(NO_MEMORY_ONCE) && LACKING.getAndSet(false)) {
			throw new OutOfMemoryError("of this codec");
		}
	}

}
