package io.github.etcddiscovery.spring;

import org.springframework.context.SmartLifecycle;

/**
 * A bean that is told of changes for as long as its context runs. Not part of the API
 * that users write against; may change.
 */
public interface ChangeListener extends SmartLifecycle, AutoCloseable {

	/**
	 * Returns what this bean is told by.
	 * @return the changes, which end with this bean
	 */
	Changes changes();

	@Override
	default void stop() {
		changes().end();
	}

	@Override
	default boolean isRunning() {
		return changes().told();
	}

	/** Early, so that what is found while the application starts is told too. */
	@Override
	default int getPhase() {
		return 0;
	}

	/** A web server answers while its context is paused. */
	@Override
	default boolean isPauseable() {
		return false;
	}

	@Override
	default void close() {
		changes().close();
	}

}
