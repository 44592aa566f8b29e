package io.github.etcddiscovery.spring.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;

import org.springframework.cloud.client.discovery.event.InstanceRegisteredEvent;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/** Health and routes of Spring Cloud wait for InstanceRegisteredEvent. */
class AnnouncementTests {

	@Test
	void clientOnlyApplicationsAnnounceThemselvesToo() {
		Contexts.client()
			.withBean(Announced.class)
			.run((context) -> assertThat(context.getBean(Announced.class).events).hasSize(1));
		Contexts.bare()
			.withBean(Announced.class)
			.run((context) -> assertThat(context.getBean(Announced.class).events).hasSize(1));
		Contexts.client()
			.withPropertyValues("etcd.discovery.registration.enabled=false")
			.withBean(Announced.class)
			.run((context) -> assertThat(context.getBean(Announced.class).events).hasSize(1));
	}

	@Test
	void anApplicationThatRegistersAnnouncesItselfWhenItIsReadyAndNotBefore() {
		Contexts.provider()
			.withBean(Announced.class)
			.run((context) -> assertThat(context.getBean(Announced.class).events).isEmpty());
		Contexts.provider()
			.withPropertyValues("etcd.discovery.registration.register-on=started")
			.withBean(Announced.class)
			.run((context) -> assertThat(context.getBean(Announced.class).events).hasSize(1));
	}

	static class Announced {

		final List<InstanceRegisteredEvent<?>> events = new CopyOnWriteArrayList<>();

		@EventListener
		void on(InstanceRegisteredEvent<?> event) {
			this.events.add(event);
		}

	}

}
