package io.github.etcddiscovery.spring.registration;

import org.springframework.cloud.commons.util.InetUtilsProperties;

/** This machine has no address that others could reach it by, as far as can be found. */
final class NoAddressException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Says what was looked at and what to do.
	 * @param addresses the addresses of this machine, with their interfaces
	 * @param rules which of them may be taken
	 */
	NoAddressException(String addresses, InetUtilsProperties rules) {
		super("none of the addresses of this machine (" + addresses + ") can be registered: others would reach"
				+ " themselves by a loopback address, and spring.cloud.inetutils.preferred-networks is "
				+ rules.getPreferredNetworks() + ", .ignored-interfaces " + rules.getIgnoredInterfaces()
				+ ", .use-only-site-local-interfaces " + rules.isUseOnlySiteLocalInterfaces()
				+ " (expected: etcd.discovery.registration.ip-address or .hostname, or rules that leave an address)");
	}

}
