package io.github.etcddiscovery.spring.autoconfigure;

import java.util.Collections;
import java.util.List;

import io.github.etcddiscovery.spring.EtcdDiscoveryProperties;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches unless there are layouts and none of them registers. */
final class OnRegisteringLayout implements Condition {

	@Override
	public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
		List<EtcdDiscoveryProperties.Layout> layouts = Binder.get(context.getEnvironment())
			.bind("etcd.discovery.layouts", Bindable.listOf(EtcdDiscoveryProperties.Layout.class))
			.orElse(Collections.emptyList());
		return layouts.isEmpty() || layouts.stream().anyMatch(EtcdDiscoveryProperties.Layout::register);
	}

}
