package io.github.etcddiscovery.spring.registration;

import java.util.List;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.spring.EtcdRegistrationProperties;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.mock.env.MockEnvironment;

/** What an application registers, by its properties and the ports of its servers. */
final class OwnApplication {

	final ServerPorts ports = new ServerPorts();

	private final MockEnvironment environment = new MockEnvironment();

	OwnApplication set(String property, String value) {
		this.environment.setProperty(property, value);
		return this;
	}

	Instance describe(Layout... layouts) {
		return describe(new InetUtils(new InetUtilsProperties()), layouts);
	}

	Instance describe(InetUtils network, Layout... layouts) {
		return own(network, layouts).describe("echo");
	}

	static InstanceCodec format(String name) {
		return InstanceCodec.all().stream().filter((codec) -> codec.format().equals(name)).findFirst().orElseThrow();
	}

	OwnInstance own(InetUtils network, Layout... layouts) {
		EtcdRegistrationProperties properties = Binder.get(this.environment)
			.bindOrCreate("etcd.discovery.registration", Bindable.of(EtcdRegistrationProperties.class));
		return new OwnInstance(properties, this.environment, network, this.ports, List.of(layouts));
	}

}
