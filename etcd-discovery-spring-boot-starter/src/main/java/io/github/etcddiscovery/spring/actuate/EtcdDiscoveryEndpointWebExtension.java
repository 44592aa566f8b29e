package io.github.etcddiscovery.spring.actuate;

import java.util.Set;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Shows values of metadata to whom may see them.
 */
@EndpointWebExtension(endpoint = EtcdDiscoveryEndpoint.class)
public final class EtcdDiscoveryEndpointWebExtension {

	private final EtcdDiscoveryEndpoint endpoint;

	private final Show showValues;

	private final Set<String> roles;

	/**
	 * Creates the extension.
	 * @param endpoint makes the report
	 * @param showValues when values are shown
	 * @param roles who is authorized; anybody who is logged in where empty
	 */
	public EtcdDiscoveryEndpointWebExtension(EtcdDiscoveryEndpoint endpoint, Show showValues, Set<String> roles) {
		this.endpoint = endpoint;
		this.showValues = showValues;
		this.roles = Set.copyOf(roles);
	}

	/**
	 * Reports.
	 * @param securityContext who asks
	 * @return the report
	 */
	@ReadOperation
	public DiscoveryReport report(SecurityContext securityContext) {
		return this.endpoint.report(this.showValues.isShown(securityContext, this.roles));
	}

}
