package io.github.etcddiscovery.test.tls;

/**
 * How clients have to talk to a cluster. Members among themselves use plain HTTP.
 *
 * @param certificates issuer of what etcd trusts and of what its clients should trust
 * @param server what etcd presents
 * @param mutual whether etcd refuses clients without a certificate of that issuer
 */
public record EtcdTls(EtcdCertificates certificates, PemFiles server, boolean mutual) {

	/**
	 * Describes TLS with a good certificate for loopback, by the shared authority.
	 * @return the description
	 */
	public static EtcdTls shared() {
		return of(EtcdCertificates.shared());
	}

	/**
	 * Describes TLS with a good certificate for loopback.
	 * @param certificates who issues it
	 * @return the description
	 */
	public static EtcdTls of(EtcdCertificates certificates) {
		return new EtcdTls(certificates, certificates.server(), false);
	}

	/**
	 * Demands certificates of clients.
	 * @return a copy
	 */
	public EtcdTls asMutual() {
		return new EtcdTls(this.certificates, this.server, true);
	}

	/**
	 * Makes etcd present something else, for example a certificate that has expired or is
	 * for another name.
	 * @param server what etcd presents
	 * @return a copy
	 */
	public EtcdTls presenting(PemFiles server) {
		return new EtcdTls(this.certificates, server, this.mutual);
	}

}
