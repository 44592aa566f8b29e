package io.github.etcddiscovery.spring.autoconfigure;

import java.time.Duration;
import java.util.List;

import io.github.etcddiscovery.EtcdDiscoveryException;

import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/** With fail-fast: etcd could not be reached, or refuses us. */
final class EtcdNotUsableException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final EtcdDiscoveryException.Kind kind;

	EtcdNotUsableException(List<String> endpoints, Duration waited, EtcdDiscoveryException cause) {
		super("etcd at " + String.join(", ", endpoints)
				+ (cause.kind().refused() ? " refuses us"
						: " could not be reached within "
								+ DurationFormatterUtils.print(waited, DurationFormat.Style.COMPOSITE))
				+ ": " + cause.getMessage(), cause);
		this.kind = cause.kind();
	}

	EtcdDiscoveryException.Kind kind() {
		return this.kind;
	}

}
