package io.github.etcddiscovery.spring.registration;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.spring.EndpointPost;
import org.jspecify.annotations.Nullable;

/**
 * <code>{"status":"OUT_OF_SERVICE"}</code> takes this application out of the registry, as
 * Spring Cloud's own endpoint does, and {@code UP} brings it back.
 */
public final class StatusPost implements EndpointPost {

	private final EtcdServiceRegistry registry;

	private final EtcdRegistration registration;

	/**
	 * Creates it.
	 * @param registry where the status is set
	 * @param registration whose status it is
	 */
	public StatusPost(EtcdServiceRegistry registry, EtcdRegistration registration) {
		this.registry = registry;
		this.registration = registration;
	}

	@Override
	public String member() {
		return "status";
	}

	@Override
	public void accept(@Nullable Object value) {
		this.registry.setStatus(this.registration, Bytes.utf8(String.valueOf(value)).toString());
	}

}
