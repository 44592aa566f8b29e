package io.github.etcddiscovery.spring.registration;

import java.util.HashMap;
import java.util.Map;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.spring.EtcdRegistrationProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;

/** Gathers the tags that this application registers with. */
final class OwnMetadata {

	private final EtcdRegistrationProperties properties;

	private final Environment environment;

	private final boolean schemed;

	/**
	 * Prepares.
	 * @param schemed whether callers have to be told that a gRPC server is one
	 */
	OwnMetadata(EtcdRegistrationProperties properties, Environment environment, boolean schemed) {
		this.properties = properties;
		this.environment = environment;
		this.schemed = schemed;
	}

	/**
	 * Returns the tags.
	 * @param server the server that the instance is registered for; the port of the other
	 * one is a tag
	 */
	Map<String, String> tags(OwnServer server, ServerPorts ports) {
		Map<String, String> tags = new HashMap<>(this.properties.metadata());
		put(tags, Instance.ZONE, this.properties.zone());
		put(tags, Instance.ID, this.properties.instanceId());
		boolean secure = secure(server);
		if (secure) {
			tags.put(Instance.SECURE, "true");
		}
		if (server == OwnServer.GRPC && ports.of(server) != null && this.schemed) {
			tags.putIfAbsent(Instance.SCHEME, secure ? "grpcs" : "grpc");
		}
		OwnServer other = server.other();
		put(tags, other.portTag(this.environment), ports.of(other));
		Integer managementPort = ports.management();
		if (managementPort != null && includesManagement()) {
			tags.put("management.port", managementPort.toString());
			tags.put("management.context-path", managementPath());
		}
		return tags;
	}

	private static void put(Map<String, String> tags, String name, @Nullable Object value) {
		if (value != null) {
			tags.put(name, value.toString());
		}
	}

	private boolean includesManagement() {
		return this.properties.includeManagement() && this.environment
			.getProperty("spring.cloud.service-registry.auto-registration.register-management", Boolean.class, true);
	}

	private boolean secure(OwnServer server) {
		Boolean configured = this.properties.secure();
		return (configured != null) ? configured : server.wantsTls(this.environment);
	}

	/** The whole path of the endpoints, because Spring Boot Admin takes it so. */
	private String managementPath() {
		String server = this.environment.getProperty("management.server.base-path", "");
		String endpoints = this.environment.getProperty("management.endpoints.web.base-path", "/actuator");
		return (server + endpoints).replaceAll("/+", "/");
	}

}
