package io.github.etcddiscovery.spring.outlier;

/**
 * Is told which services are asked for, as they are, on one thread, which it must not
 * keep.
 */
interface ServiceListener {

	/** Somebody asks for a service. */
	void askedFor(String service);

	/** Nobody has asked for a service for a long time. */
	void forgotten(String service);

}
