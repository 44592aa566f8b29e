package io.github.etcddiscovery.spring.connection;

import java.util.List;

import io.github.etcddiscovery.client.EtcdClientCustomizer;
import org.jspecify.annotations.Nullable;

/** The customizers of the user as one, which knows which of them is at work. */
final class Customizers {

	private final List<EtcdClientCustomizer> all;

	private volatile @Nullable EtcdClientCustomizer working;

	Customizers(List<EtcdClientCustomizer> all) {
		this.all = all;
	}

	EtcdClientCustomizer combined() {
		return (builder) -> {
			try {
				for (EtcdClientCustomizer customizer : this.all) {
					this.working = customizer;
					customizer.customize(builder);
				}
			}
			finally {
				this.working = null;
			}
		};
	}

	/** Names the one at work; null where none is. */
	@Nullable String working() {
		EtcdClientCustomizer customizer = this.working;
		return (customizer != null) ? "the EtcdClientCustomizer " + customizer.getClass().getName() : null;
	}

}
