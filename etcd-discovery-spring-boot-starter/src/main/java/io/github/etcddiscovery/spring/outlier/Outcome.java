package io.github.etcddiscovery.spring.outlier;

/**
 * What a call has shown of the instance that it was sent to. Not part of the API that
 * users write against; may change.
 */
public enum Outcome {

	/** A status of 1xx, 2xx or 3xx: the instance is well. */
	ANSWERED,

	/**
	 * Another status that is none of those that count against an instance (4xx, 500): it
	 * lives, and nothing else is learnt.
	 */
	ALIVE,

	/** The connection was refused, or not accepted in time. */
	UNREACHABLE,

	/** The connection broke before there was an answer. */
	BROKEN,

	/** There was no answer in time. */
	READ_TIMED_OUT,

	/** A status that counts against the instance (502, 503, 504). */
	BAD_STATUS,

	/**
	 * It failed in the caller: interrupted, cancelled, no port, no descriptor, no place
	 * in the pool, a name that is not resolved. The call counts as never begun.
	 */
	SAYS_NOTHING

}
