package io.github.etcddiscovery.spring.registration;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

/**
 * Tells {@link ServerPorts} about the web servers of this context. What other contexts
 * (of Feign clients, say) start is none of ours. Not part of the API that users write
 * against; may change.
 */
public final class WebServerListener implements ApplicationListener<WebServerInitializedEvent> {

	private final ApplicationContext context;

	private final ServerPorts ports;

	/**
	 * Creates the listener.
	 * @param context the context of the application
	 * @param ports is told
	 */
	public WebServerListener(ApplicationContext context, ServerPorts ports) {
		this.context = context;
		this.ports = ports;
	}

	@Override
	public void onApplicationEvent(WebServerInitializedEvent event) {
		WebServerApplicationContext source = event.getApplicationContext();
		int port = event.getWebServer().getPort();
		if (WebServerApplicationContext.hasServerNamespace(source, "management")) {
			if (source.getParent() == this.context) {
				this.ports.managementListens(port);
			}
		}
		else if (source == this.context && source.getServerNamespace() == null) {
			this.ports.applicationListens(port);
		}
	}

}
