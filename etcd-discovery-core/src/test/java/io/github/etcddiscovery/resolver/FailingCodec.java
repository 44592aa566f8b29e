package io.github.etcddiscovery.resolver;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

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

	/** Is rejected, but what is to blame is null. */
	static final String NO_MEMBER = "no-member";

	/** Is rejected, but the reason is null. */
	static final String NO_REASON = "no-reason";

	/** Is found, but the instance is null. */
	static final String NO_INSTANCE = "no-instance";

	/** Is decoded to null. */
	static final String NO_ANSWER = "no-answer";

	/** See {@link #lackMemory}. */
	static final String NO_MEMORY_ONCE = "no-memory";

	/** See {@link #lackMemoryForNames}. */
	static final String NO_MEMORY_FOR_NAME = "lack";

	/** Has no range. */
	static final String NO_RANGE = "no-range";

	private static final AtomicBoolean LACKING = new AtomicBoolean();

	private static final AtomicInteger NAMES_LACKING = new AtomicInteger();

	/** Runs when a codec is asked for a name, as a user's may do what it wants. */
	static final AtomicReference<Runnable> WHEN_ASKED = new AtomicReference<>(() -> {
	});

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
		if (service.startsWith(NO_RANGE)) {
			throw new IllegalStateException("a defect of this codec");
		}
		return this.kitex.service(prefix, service);
	}

	@Override
	public void checkService(String service) {
		WHEN_ASKED.get().run();
		failAt(service);
		if (service.contains(NO_MEMORY_FOR_NAME) && NAMES_LACKING.getAndUpdate((left) -> Math.max(left - 1, 0)) > 0) {
			throw new OutOfMemoryError("of this codec");
		}
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
		String text = key.toString();
		failAt(text);
		if (text.contains(NO_ANSWER)) {
			return null;
		}
		if (text.contains(NO_MEMBER)) {
			return new Decoded.Rejected(Decoded.Reason.ADDRESS, null);
		}
		if (text.contains(NO_REASON)) {
			return new Decoded.Rejected(null);
		}
		if (text.contains(NO_INSTANCE)) {
			return new Decoded.Found(null);
		}
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

	/** There is no memory for the one name, the next so many times it is asked for. */
	static void lackMemoryForNames(int times) {
		NAMES_LACKING.set(times);
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
