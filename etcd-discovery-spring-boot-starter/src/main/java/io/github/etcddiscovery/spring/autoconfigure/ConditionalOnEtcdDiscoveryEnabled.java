package io.github.etcddiscovery.spring.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.cloud.client.ConditionalOnDiscoveryEnabled;

/** Matches unless we, or discovery as a whole, are switched off. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ConditionalOnDiscoveryEnabled
@ConditionalOnProperty(name = "etcd.discovery.enabled", matchIfMissing = true)
@interface ConditionalOnEtcdDiscoveryEnabled {

}
