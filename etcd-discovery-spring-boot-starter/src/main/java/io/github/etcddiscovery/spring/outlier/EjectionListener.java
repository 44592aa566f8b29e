package io.github.etcddiscovery.spring.outlier;

/**
 * Is told who is not chosen any more and who is again. Called on any thread, one call at
 * a time; has to return at once. Not part of the API that users write against; may
 * change.
 */
public interface EjectionListener {

	/**
	 * An instance has been left out.
	 * @param serviceId the service, as it was asked for
	 * @param address {@code host:port}, an IPv6 host in brackets
	 * @param cause why, see {@link Ejected#cause()}
	 */
	void ejected(String serviceId, String address, String cause);

	/**
	 * An instance is back, or is not listed any more.
	 * @param serviceId the service, as it was asked for
	 * @param address {@code host:port}, an IPv6 host in brackets
	 */
	void returned(String serviceId, String address);

	/**
	 * The list of a service is another one than before, because somebody was left out or
	 * may be chosen again, for a single call perhaps.
	 * @param serviceId the service, as it was asked for
	 */
	void changed(String serviceId);

}
