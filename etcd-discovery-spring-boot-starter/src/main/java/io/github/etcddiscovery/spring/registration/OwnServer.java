package io.github.etcddiscovery.spring.registration;

import java.util.Map;

import io.github.etcddiscovery.Instance;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** A kind of server that an application can be registered for. */
enum OwnServer {

	/** Boot's web server. */
	WEB("server", "http.port", "https.port"),

	/** Boot's server for gRPC. */
	GRPC("spring.grpc.server", Instance.GRPC_PORT, Instance.GRPCS_PORT);

	private final String properties;

	private final String portTag;

	private final String tlsPortTag;

	OwnServer(String properties, String portTag, String tlsPortTag) {
		this.properties = properties;
		this.portTag = portTag;
		this.tlsPortTag = tlsPortTag;
	}

	OwnServer other() {
		return (this == WEB) ? GRPC : WEB;
	}

	/** Returns the tag with its port where the instance is registered for the other. */
	String portTag(Environment environment) {
		return wantsTls(environment) ? this.tlsPortTag : this.portTag;
	}

	/** Returns the property with the address that it is bound to. */
	String addressProperty() {
		return this.properties + ".address";
	}

	/**
	 * Tells whether it wants TLS, as Boot decides it: unless disabled, a web server when
	 * anything is configured, a gRPC server when a bundle is.
	 */
	boolean wantsTls(Environment environment) {
		Binder binder = Binder.get(environment);
		String ssl = this.properties + ".ssl";
		Map<String, Object> configured = binder.bind(ssl, Bindable.mapOf(String.class, Object.class)).orElse(Map.of());
		boolean any = (this == GRPC) ? configured.containsKey("bundle") : !configured.isEmpty();
		return any && binder.bind(ssl + ".enabled", Boolean.class).orElse(true);
	}

}
