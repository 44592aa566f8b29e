package io.github.etcddiscovery.spring.outlier;

import io.github.etcddiscovery.probe.TcpProbe;

import org.springframework.cloud.loadbalancer.annotation.LoadBalancerClients;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Outlier detection for applications without etcd, and what is reported to it. */
@Configuration(proxyBeanMethods = false)
@LoadBalancerClients(defaultConfiguration = WithoutEjectedConfiguration.class)
class Detection {

	@Bean
	Reports reports() {
		return new Reports();
	}

	@Bean
	TcpProbe probe() {
		return new TcpProbe("probe", Runnable::run);
	}

	@Bean
	Outliers outliers(TcpProbe probe) {
		return Outliers.create(OutlierOptions.defaults(), probe);
	}

	@Bean
	OutlierLifecycle outlierLifecycle(Outliers outliers) {
		return new OutlierLifecycle(outliers, OutlierOptions.defaults().statuses());
	}

}
