package io.github.etcddiscovery.resolver;

/**
 * How much a resolver follows.
 * <p>
 * Not needed for plain registering and resolving; may change.
 */
public enum Scope {

	/**
	 * One watch over the whole prefix of a layout: every service is known from the start.
	 */
	PREFIX,

	/**
	 * One watch for each service that is asked for: for very large registries and for
	 * permissions by service.
	 */
	SERVICE

}
