package io.github.etcddiscovery.spring.registration;

import java.util.HashMap;
import java.util.Map;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.spring.EtcdRegistrationProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** Gathers the tags that this application registers with. */
final class OwnMetadata {

	private final EtcdRegistrationProperties properties;

	private final Environment environment;

	OwnMetadata(EtcdRegistrationProperties properties, Environment environment) {
		this.properties = properties;
		this.environment = environment;
	}

	Map<String, String> tags(@Nullable Integer managementPort) {
		Map<String, String> tags = new HashMap<>(this.properties.metadata());
		put(tags, Instance.ZONE, this.properties.zone());
		put(tags, Instance.ID, this.properties.instanceId());
		if (secure()) {
			tags.put(Instance.SECURE, "true");
		}
		if (managementPort != null && includesManagement()) {
			tags.put("management.port", managementPort.toString());
			tags.put("management.context-path", managementPath());
		}
		return tags;
	}

	private static void put(Map<String, String> tags, String name, @Nullable String value) {
		if (value != null) {
			tags.put(name, value);
		}
	}

	private boolean includesManagement() {
		return this.properties.includeManagement() && this.environment
			.getProperty("spring.cloud.service-registry.auto-registration.register-management", Boolean.class, true);
	}

	private boolean secure() {
		Boolean configured = this.properties.secure();
		return (configured != null) ? configured : serverWantsTls();
	}

	/** As Boot decides it: with TLS when anything is configured, unless disabled. */
	private boolean serverWantsTls() {
		Binder binder = Binder.get(this.environment);
		return binder.bind("server.ssl", Bindable.mapOf(String.class, Object.class)).isBound()
				&& binder.bind("server.ssl.enabled", Boolean.class).orElse(true);
	}

	/** The whole path of the endpoints, because Spring Boot Admin takes it so. */
	private String managementPath() {
		String server = this.environment.getProperty("management.server.base-path", "");
		String endpoints = this.environment.getProperty("management.endpoints.web.base-path", "/actuator");
		return (server + endpoints).replaceAll("/+", "/");
	}

}
