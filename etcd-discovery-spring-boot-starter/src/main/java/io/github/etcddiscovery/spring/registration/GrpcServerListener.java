package io.github.etcddiscovery.spring.registration;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;
import org.springframework.grpc.server.lifecycle.GrpcServerStartedEvent;

/**
 * Tells {@link ServerPorts} about the gRPC server of this context. One within the process
 * listens on no port and does not count. Not part of the API that users write against;
 * may change.
 */
public final class GrpcServerListener implements ApplicationListener<GrpcServerStartedEvent> {

	private final ApplicationContext context;

	private final ServerPorts ports;

	/**
	 * Creates the listener.
	 * @param context the context of the application
	 * @param ports is told
	 */
	public GrpcServerListener(ApplicationContext context, ServerPorts ports) {
		this.context = context;
		this.ports = ports;
	}

	@Override
	public void onApplicationEvent(GrpcServerStartedEvent event) {
		boolean own = this.context.getBeansOfType(GrpcServerLifecycle.class).containsValue(event.getSource());
		if (own && event.getPort() > 0) {
			this.ports.grpcListens(event.getPort());
		}
	}

}
