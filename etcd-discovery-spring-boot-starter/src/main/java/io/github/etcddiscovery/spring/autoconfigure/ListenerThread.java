package io.github.etcddiscovery.spring.autoconfigure;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.springframework.context.ApplicationContext;

/**
 * Makes the threads that listeners of the application run on. Each is a daemon with the
 * class loader of the application, which the JVM's common pool does not have in an
 * executable jar, and there only while there is work.
 */
final class ListenerThread {

	private static final long IDLE_SECONDS = 10;

	private ListenerThread() {
	}

	/**
	 * Returns an executor of one thread. When it is shut down, tasks that are due are run
	 * to the end, tasks that are delayed are dropped, and it takes no more.
	 * @param name name of the thread
	 * @param context the application
	 * @return the executor, to be shut down by whoever it is given to
	 */
	static ScheduledExecutorService of(String name, ApplicationContext context) {
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			thread.setContextClassLoader(context.getClassLoader());
			return thread;
		}, new ThreadPoolExecutor.DiscardPolicy());
		executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		executor.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

}
