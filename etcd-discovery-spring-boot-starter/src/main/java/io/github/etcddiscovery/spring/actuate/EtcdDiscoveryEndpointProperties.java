package io.github.etcddiscovery.spring.actuate;

import java.util.Set;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the endpoint {@code etcddiscovery} shows.
 *
 * @param showValues When to show the values of metadata.
 * @param roles Roles whose users are authorized; whoever is logged in by default.
 */
@ConfigurationProperties("management.endpoint.etcddiscovery")
public record EtcdDiscoveryEndpointProperties(@DefaultValue("never") Show showValues, @DefaultValue Set<String> roles) {

}
