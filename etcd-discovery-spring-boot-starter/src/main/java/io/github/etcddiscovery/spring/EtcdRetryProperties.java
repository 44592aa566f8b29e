package io.github.etcddiscovery.spring;

import java.time.Duration;

import io.github.etcddiscovery.retry.RetryOptions;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When to try again.
 *
 * @param maxAttemptTimes Consecutive failed attempts after which the registration shows
 * FAILED; 0 for never.
 * @param initialDelay First delay after an attempt that etcd did not answer.
 * @param retryDelay Greatest delay after an attempt that etcd did not answer, never above
 * 5 s and a third of the TTL; first delay after a refusal.
 * @param observeDelay How often a healthy registration reads its own key back; greatest
 * delay after a refusal.
 * @param onExhausted What to do after max-attempt-times: continue, or stop as Kitex does.
 */
@ConfigurationProperties("etcd.discovery.retry")
public record EtcdRetryProperties(@DefaultValue("5") int maxAttemptTimes, @DefaultValue("200ms") Duration initialDelay,
		@DefaultValue("10s") Duration retryDelay, @DefaultValue("30s") Duration observeDelay,
		@DefaultValue("continue") OnExhausted onExhausted) {

	/**
	 * Checks.
	 * @throws InvalidEtcdPropertyException if a value cannot be right
	 */
	public EtcdRetryProperties {
		Check.range("etcd.discovery.retry.max-attempt-times", maxAttemptTimes, 0, Integer.MAX_VALUE);
		Check.positive("etcd.discovery.retry.initial-delay", initialDelay);
		Check.positive("etcd.discovery.retry.retry-delay", retryDelay);
		Check.positive("etcd.discovery.retry.observe-delay", observeDelay);
	}

	/**
	 * Returns the same as core wants it.
	 * @return the options
	 */
	public RetryOptions toOptions() {
		return new RetryOptions(this.maxAttemptTimes, this.initialDelay, this.retryDelay, this.observeDelay,
				this.onExhausted == OnExhausted.STOP);
	}

	/**
	 * What to do when the attempts are used up.
	 */
	public enum OnExhausted {

		/** Show FAILED and go on at the same pace. */
		CONTINUE,

		/** Give up. */
		STOP

	}

}
