package io.github.etcddiscovery.spring.autoconfigure;

import java.util.Map;

import io.github.etcddiscovery.spring.EndpointPost;
import io.github.etcddiscovery.spring.actuate.DiscoveryPosts;
import io.github.etcddiscovery.spring.actuate.ReactivePosts;
import io.github.etcddiscovery.spring.actuate.ServletPosts;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Takes POSTs to the endpoint {@code etcddiscovery}, in the context that serves the
 * actuator, where the endpoint is there, and more of it may be had than reading.
 */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnEtcdDiscoveryEnabled
final class EtcdDiscoveryPostConfiguration {

	private static final EndpointId ID = EndpointId.of("etcddiscovery");

	/** Boot's mapping has -100. */
	private static final int ORDER = -101;

	EtcdDiscoveryPostConfiguration() {
	}

	/** Returns what is done at which path; nothing where none may be. */
	private static Map<String, DiscoveryPosts> posts(ObjectProvider<EndpointPost> posts,
			ObjectProvider<PathMappedEndpoints> endpoints, ObjectProvider<EndpointAccessResolver> access) {
		PathMappedEndpoints paths = endpoints.getIfAvailable();
		EndpointAccessResolver resolver = access.getIfAvailable();
		@Nullable String path = (paths != null) ? paths.getPath(ID) : null;
		boolean mayWrite = resolver != null && resolver.accessFor(ID, Access.UNRESTRICTED) == Access.UNRESTRICTED;
		return (path != null && mayWrite) ? Map.of(path, new DiscoveryPosts(posts.orderedStream().toList())) : Map.of();
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass(DispatcherServlet.class)
	static class ServletConfiguration {

		@Bean
		ServletPosts etcdDiscoveryServletPosts(ObjectProvider<EndpointPost> posts,
				ObjectProvider<PathMappedEndpoints> endpoints, ObjectProvider<EndpointAccessResolver> access) {
			return new ServletPosts(posts(posts, endpoints, access), ORDER);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass(DispatcherHandler.class)
	static class ReactiveConfiguration {

		@Bean
		ReactivePosts etcdDiscoveryReactivePosts(ObjectProvider<EndpointPost> posts,
				ObjectProvider<PathMappedEndpoints> endpoints, ObjectProvider<EndpointAccessResolver> access) {
			return new ReactivePosts(posts(posts, endpoints, access), ORDER);
		}

	}

}
