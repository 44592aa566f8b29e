package io.github.etcddiscovery.registry;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

import io.github.etcddiscovery.Instance;

/**
 * Handle for one registered instance. Safe for use by many threads; only {@link #close()}
 * waits.
 */
public interface Registration extends AutoCloseable {

	/**
	 * Returns the instance as it was last asked for, or edited in etcd, see
	 * {@link RegistryOptions#acceptEdits()}.
	 * @return the instance
	 */
	Instance instance();

	/**
	 * Returns what others have changed of the instance in etcd, and nobody has updated
	 * since.
	 * @return {@code weight}, and names of tags; empty for nothing
	 */
	Set<String> edited();

	/**
	 * Returns where the registration stands: of several layouts the worst, see
	 * {@link RegistrationState}.
	 * @return the state
	 */
	RegistrationState state();

	/**
	 * Returns where the registration stands, key by key.
	 * @return one status for each layout that it is registered under
	 */
	List<KeyStatus> keys();

	/**
	 * Returns for how long no key of this registration has stood in etcd, so that a
	 * caller can give consumers time to notice.
	 * @return zero while one stands or may stand;
	 * {@link java.time.temporal.ChronoUnit#FOREVER} where none was ever written
	 */
	Duration outFor();

	/**
	 * Returns a stage that is done when the instance is registered for the first time,
	 * under all layouts.
	 * @return done at the first REGISTERED; exceptionally when the registration is closed
	 * before, or given up. What depends on it runs on a thread of the registry's pool
	 */
	CompletionStage<Registration> whenRegistered();

	/**
	 * Changes the instance in place, under the same key and lease. Returns at once; the
	 * value is written in the background, again until it is committed, also where the
	 * registration had given up.
	 * @param change makes the new instance of the current one, on the caller's thread;
	 * free of side effects, because it is called again where another update came first
	 * @throws IllegalArgumentException if the change would change the key, or the format
	 * cannot carry it
	 * @throws IllegalStateException after {@link #close()}
	 */
	void update(UnaryOperator<Instance> change);

	/**
	 * Takes the instance out of the registry until {@link #resume()}. Returns at once.
	 */
	default void suspend() {
		suspend("suspended");
	}

	/**
	 * Takes the reason of {@link #suspend()} away. A registration that had given up tries
	 * again; one in CONFLICT still waits until the other's key is gone.
	 */
	default void resume() {
		resume("suspended");
	}

	/**
	 * Takes the instance out of the registry for as long as there is at least one reason.
	 * Returns at once, and does nothing after {@link #close()}.
	 * @param reason name of the reason; the same name again changes nothing
	 */
	void suspend(String reason);

	/**
	 * Takes a reason away. The instance is registered again when it was the last one.
	 * Returns at once, and does nothing after {@link #close()}.
	 * @param reason name of the reason
	 */
	void resume(String reason);

	/**
	 * Removes the instance from the registry for good. Waits for the removal for at most
	 * the request timeout; after that it goes on in the background until etcd has
	 * confirmed it or the lease has ended. Can be called twice and in every state. Called
	 * on a thread of ours (from {@code whenRegistered}, say) it starts and does not wait.
	 */
	@Override
	void close();

}
