package io.github.etcddiscovery.registry;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Watches;
import io.github.etcddiscovery.loop.EventLoop;
import io.github.etcddiscovery.loop.ManualScheduler;
import org.jspecify.annotations.Nullable;

/**
 * A client with its watches, and a loop's executor, that break what they promise: methods
 * throw, and answers never come.
 */
final class FaultyClient {

	private final Map<String, Integer> throwing = new HashMap<>();

	private final Map<String, Integer> throwingOnce = new HashMap<>();

	private final Map<String, Integer> losing = new HashMap<>();

	private final EtcdClient client;

	FaultyClient(EtcdClient client) {
		this.client = faulty(EtcdClient.class, client);
	}

	EtcdClient client() {
		return this.client;
	}

	/** A loop that is given its tasks by an executor that fails as the client does. */
	EventLoop loop(ManualScheduler scheduler) {
		return new EventLoop(faulty(ScheduledExecutorService.class, scheduler.executor()), scheduler::now);
	}

	/** So many calls of a method work, and the one after them throws. */
	void throwAfter(String method, int calls) {
		this.throwingOnce.put(method, calls + 1);
	}

	/** Whether the call that was to throw has not come. */
	boolean hasYetToThrow(String method) {
		return this.throwingOnce.getOrDefault(method, 0) > 0;
	}

	/** The next calls of a method throw, as one that has no memory does. */
	void throwNext(String method, int calls) {
		this.throwing.put(method, calls);
	}

	/** The answers to the next calls of a method never come, though etcd gave them. */
	void loseNext(String method, int calls) {
		this.losing.put(method, calls);
	}

	private <T> T faulty(Class<T> type, T target) {
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
				(proxy, method, arguments) -> call(target, method, arguments)));
	}

	private @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
		if (take(this.throwing, method.getName()) || this.throwingOnce.merge(method.getName(), -1, Integer::sum) == 0) {
			throw new OutOfMemoryError("thrown by a test");
		}
		try {
			Object result = method.invoke(target, arguments);
			if (take(this.losing, method.getName())) {
				return new CompletableFuture<>();
			}
			return (result instanceof Watches watches) ? faulty(Watches.class, watches) : result;
		}
		catch (InvocationTargetException ex) {
			throw ex.getCause();
		}
	}

	private static boolean take(Map<String, Integer> from, String method) {
		return from.merge(method, -1, Integer::sum) >= 0;
	}

}
