package io.github.etcddiscovery.spring.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains a start that fail-fast has stopped. */
final class EtcdNotUsableFailureAnalyzer extends AbstractFailureAnalyzer<EtcdNotUsableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, EtcdNotUsableException cause) {
		String action = switch (cause.kind()) {
			case LOGIN_REFUSED -> "Check etcd.discovery.username and etcd.discovery.password or "
					+ "etcd.discovery.password-file against the users of etcd.";
			case PERMISSION_DENIED -> "Grant the user of etcd.discovery.username the right to read the prefix "
					+ "(etcdctl role grant-permission ... --prefix=true readwrite <prefix>/).";
			case NO_SPACE -> "Ask the operator of etcd to make space: compact, defragment and disarm the alarm.";
			default -> "Check that etcd runs and listens at etcd.discovery.endpoints, and that http or https and the "
					+ "TLS settings match. To start without etcd and connect later, set "
					+ "etcd.discovery.fail-fast to false.";
		};
		return new FailureAnalysis(cause.getMessage(), action, cause);
	}

}
