package io.github.etcddiscovery.spring.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches where this application has a name that it can be registered by. */
final class NamedApplication implements Condition {

	@Override
	public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
		return name(context.getEnvironment()) != null;
	}

	static @Nullable String name(Environment environment) {
		Binder binder = Binder.get(environment);
		String own = binder.bind("etcd.discovery.service-name", String.class).orElse(null);
		String application = binder.bind("spring.application.name", String.class).orElse("");
		return (own != null) ? own : application.isBlank() ? null : application;
	}

}
