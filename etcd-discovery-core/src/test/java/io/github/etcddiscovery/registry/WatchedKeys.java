package io.github.etcddiscovery.registry;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchEvent.EventType;
import io.github.etcddiscovery.test.EtcdCommands;

/**
 * What happens to keys, as a watch of the test's own is told by etcd: jetcd's, which goes
 * on where it was, so that nothing is missed and nothing that is under test takes part.
 */
final class WatchedKeys implements AutoCloseable {

	private final Client client;

	private final Queue<KeyEvent> events = new ConcurrentLinkedQueue<>();

	/** Watches from now on. */
	WatchedKeys(EtcdCommands etcd, String prefix) {
		this.client = Client.builder().endpoints(etcd.endpoints().toArray(String[]::new)).build();
		WatchOption now = WatchOption.builder().isPrefix(true).withRevision(etcd.revision() + 1).build();
		this.client.getWatchClient().watch(bytes(prefix), now, (answer) -> {
			long at = System.nanoTime();
			answer.getEvents().forEach((event) -> this.events.add(KeyEvent.of(event, at)));
		});
	}

	private static ByteSequence bytes(String text) {
		return ByteSequence.from(text, StandardCharsets.UTF_8);
	}

	/** All that has happened, in order. */
	List<KeyEvent> events() {
		return List.copyOf(this.events);
	}

	List<KeyEvent> eventsOf(String key) {
		return this.events.stream().filter((event) -> event.key().equals(key)).toList();
	}

	List<KeyEvent> deletions() {
		return this.events.stream().filter((event) -> !event.put()).toList();
	}

	/** What ended a put. */
	KeyEvent deletionOf(KeyEvent put) {
		return this.events.stream()
			.filter((event) -> !event.put() && event.key().equals(put.key()) && event.at() >= put.at())
			.findFirst()
			.orElseThrow(() -> new AssertionError("not deleted: " + put));
	}

	@Override
	public void close() {
		this.client.close();
	}

	/**
	 * One event.
	 *
	 * @param key the key
	 * @param put whether it was put, else it is gone
	 * @param lease the lease of a put
	 * @param at when it was told, in the ticks of {@link System#nanoTime()}
	 */
	record KeyEvent(String key, boolean put, long lease, long at) {

		private static KeyEvent of(WatchEvent event, long at) {
			KeyValue entry = event.getKeyValue();
			return new KeyEvent(entry.getKey().toString(StandardCharsets.UTF_8), event.getEventType() == EventType.PUT,
					entry.getLease(), at);
		}

		Duration since(KeyEvent earlier) {
			return Duration.ofNanos(this.at - earlier.at);
		}

	}

}
