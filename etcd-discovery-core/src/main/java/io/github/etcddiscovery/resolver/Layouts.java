package io.github.etcddiscovery.resolver;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.github.etcddiscovery.codec.Layout;

/**
 * The layouts of a resolver, and which of them are followed as a whole and which service
 * by service.
 */
final class Layouts {

	private final List<Layout> all;

	private final List<Integer> shared = new ArrayList<>();

	private final List<Integer> byService = new ArrayList<>();

	Layouts(List<Layout> layouts, Scope scope) {
		this.all = layouts;
		for (int i = 0; i < layouts.size(); i++) {
			boolean whole = scope == Scope.PREFIX && layouts.get(i).allServices() != null;
			(whole ? this.shared : this.byService).add(i);
		}
	}

	Layout get(int position) {
		return this.all.get(position);
	}

	List<Layout> all() {
		return this.all;
	}

	/** Returns the positions of the layouts that are followed as a whole. */
	List<Integer> shared() {
		return this.shared;
	}

	/** Tells whether there is a layout whose services can be listed at all. */
	boolean anyListed() {
		return this.all.stream().anyMatch((layout) -> layout.allServices() != null);
	}

	/**
	 * Returns the positions of the layouts that have to be followed for this service: of
	 * those that are followed service by service the ones that can carry its name.
	 */
	List<Integer> followedFor(String service) {
		return this.byService.isEmpty() ? this.byService
				: this.byService.stream().filter((position) -> carries(get(position), service)).toList();
	}

	/** Tells whether any layout can carry a service of that name. */
	boolean carried(String service) {
		return this.all.stream().anyMatch((layout) -> carries(layout, service));
	}

	/**
	 * Tells whether a layout can carry a service of that name. One at whose name the
	 * codec fails it cannot: lookups must not throw, whatever a codec of a user does.
	 */
	static boolean carries(Layout layout, String service) {
		return ask(() -> {
			layout.codec().checkService(service);
			return true;
		}, false);
	}

	/**
	 * Asks a codec, which may be a user's: whatever it throws at one key, name or value
	 * must not cost the others. What says that there is no memory, or that the JVM is
	 * broken, says nothing of the key and is thrown on.
	 * @param otherwise the answer where the codec fails
	 */
	static <T> T ask(Supplier<T> question, T otherwise) {
		try {
			return question.get();
		}
		catch (StackOverflowError ex) {
			return otherwise;
		}
		catch (VirtualMachineError ex) {
			throw ex;
		}
		catch (Throwable ex) {
			return otherwise;
		}
	}

}
