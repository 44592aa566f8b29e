package io.github.etcddiscovery.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.List;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;

/** What the threads of the resolvers in this JVM have spent so far. */
final class Loop {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory
		.getOperatingSystemMXBean();

	private final List<Long> ids;

	private Loop(List<Long> ids) {
		this.ids = ids;
	}

	/** The threads that run now. */
	static Loop ofResolvers() {
		List<Long> ids = Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("etcd-resolver"))
			.map(Thread::getId)
			.toList();
		if (ids.isEmpty()) {
			throw new IllegalStateException("no thread of a resolver");
		}
		return new Loop(ids);
	}

	/** What all threads of this JVM have spent. */
	static long nanosOfAll() {
		return SYSTEM.getProcessCpuTime();
	}

	long nanos() {
		return this.ids.stream().mapToLong(THREADS::getThreadCpuTime).sum();
	}

	long bytes() {
		return this.ids.stream().mapToLong(THREADS::getThreadAllocatedBytes).sum();
	}

}
