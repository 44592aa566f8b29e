package io.github.etcddiscovery.registry;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.Watches;
import org.jspecify.annotations.Nullable;

/**
 * A client, and its watches, that break what they promise: methods throw, and answers
 * never come.
 */
final class FaultyClient {

	private final Map<String, Integer> throwing = new HashMap<>();

	private final Map<String, Integer> losing = new HashMap<>();

	private final EtcdClient client;

	FaultyClient(EtcdClient client) {
		this.client = faulty(EtcdClient.class, client);
	}

	EtcdClient client() {
		return this.client;
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
		if (take(this.throwing, method.getName())) {
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
