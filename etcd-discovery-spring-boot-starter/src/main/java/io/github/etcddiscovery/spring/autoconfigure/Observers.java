package io.github.etcddiscovery.spring.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.github.etcddiscovery.DiscoveryObserver;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;

/** One observer that tells all others. */
record Observers(List<DiscoveryObserver> all) implements DiscoveryObserver {

	static DiscoveryObserver of(ObjectProvider<DiscoveryObserver> observers) {
		return new Observers(observers.orderedStream().map(DiscoveryObserver::guarded).toList());
	}

	private void tell(Consumer<DiscoveryObserver> event) {
		this.all.forEach(event);
	}

	@Override
	public void registerAttempt(Duration took, @Nullable Throwable failure) {
		tell((observer) -> observer.registerAttempt(took, failure));
	}

	@Override
	public void renewal(Duration took, @Nullable Throwable failure) {
		tell((observer) -> observer.renewal(took, failure));
	}

	@Override
	public void registrationState(String service, String key, String from, String to) {
		tell((observer) -> observer.registrationState(service, key, from, to));
	}

	@Override
	public void watchEvents(int count) {
		tell((observer) -> observer.watchEvents(count));
	}

	@Override
	public void resync(String reason) {
		tell((observer) -> observer.resync(reason));
	}

	@Override
	public void rejected(String reason) {
		tell((observer) -> observer.rejected(reason));
	}

	@Override
	public void instances(String service, int instances) {
		tell((observer) -> observer.instances(service, instances));
	}

}
