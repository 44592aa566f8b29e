package io.github.etcddiscovery.spring.registration;

/** This machine has no address that others could reach it by, as far as can be found. */
final class NoAddressException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	NoAddressException() {
		super("of this machine only the loopback address could be found, by which every caller would reach itself "
				+ "(expected: etcd.discovery.registration.ip-address or .hostname, or, where one of them is set, "
				+ "another value of spring.cloud.inetutils.preferred-networks, .ignored-interfaces or "
				+ ".use-only-site-local-interfaces)");
	}

}
