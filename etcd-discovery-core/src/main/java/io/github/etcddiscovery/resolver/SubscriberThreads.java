package io.github.etcddiscovery.resolver;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for the code of users: as many as are busy at once, so that a slow subscriber
 * delays nobody, and none that stays for long without work.
 */
final class SubscriberThreads {

	private static final long KEEP_SECONDS = 10;

	private SubscriberThreads() {
	}

	static ExecutorService start() {
		AtomicInteger number = new AtomicInteger();
		return new ThreadPoolExecutor(0, Integer.MAX_VALUE, KEEP_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(),
				(task) -> {
					Thread thread = new Thread(task, "etcd-discovery-subscriber-" + number.incrementAndGet());
					thread.setDaemon(true);
					return thread;
				});
	}

}
