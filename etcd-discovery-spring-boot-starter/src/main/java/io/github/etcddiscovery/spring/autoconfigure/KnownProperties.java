package io.github.etcddiscovery.spring.autoconfigure;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import io.github.etcddiscovery.spring.EtcdConnectionProperties;
import io.github.etcddiscovery.spring.EtcdDiscoveryProperties;
import io.github.etcddiscovery.spring.EtcdLoadBalancerProperties;
import io.github.etcddiscovery.spring.EtcdRegistrationProperties;
import io.github.etcddiscovery.spring.EtcdResolverProperties;
import io.github.etcddiscovery.spring.EtcdRetryProperties;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;

/**
 * The names of all properties under {@code etcd.discovery}, read from the classes that
 * they are bound to. Compared by letters and digits alone, because an environment
 * variable can say no more.
 */
final class KnownProperties {

	private static final List<Class<?>> BOUND = List.of(EtcdConnectionProperties.class, EtcdDiscoveryProperties.class,
			EtcdLoadBalancerProperties.class, EtcdRegistrationProperties.class, EtcdResolverProperties.class,
			EtcdRetryProperties.class);

	private static final Pattern SEPARATORS = Pattern.compile("[^a-z0-9]");

	/** How many letters may be wrong in a name that is meant to be another. */
	private static final int MAX_DISTANCE = 3;

	private final List<Known> all = new ArrayList<>();

	KnownProperties() {
		for (Class<?> type : BOUND) {
			ConfigurationProperties bound = type.getAnnotation(ConfigurationProperties.class);
			if (bound != null) {
				addAll(bound.value(), squeezed(bound.value()), type);
			}
		}
	}

	private void addAll(String parent, String parentPattern, Class<?> type) {
		for (RecordComponent component : type.getRecordComponents()) {
			String name = parent + "." + DataObjectPropertyName.toDashedForm(component.getName());
			String pattern = parentPattern + squeezed(component.getName());
			Class<?> raw = component.getType();
			if (raw.isRecord()) {
				addAll(name, pattern, raw);
			}
			else if (Collection.class.isAssignableFrom(raw)) {
				addElements(name, pattern, component.getGenericType());
			}
			else {
				boolean free = Map.class.isAssignableFrom(raw);
				this.all.add(new Known(name, Pattern.compile(free ? pattern + ".+" : pattern)));
			}
		}
	}

	/** A list is one value with commas, or a value or an object for each position. */
	private void addElements(String name, String pattern, Type type) {
		Type element = ((ParameterizedType) type).getActualTypeArguments()[0];
		if (element instanceof Class<?> raw && raw.isRecord()) {
			addAll(name + "[n]", pattern + "[0-9]+", raw);
		}
		else {
			this.all.add(new Known(name, Pattern.compile(pattern + "[0-9]*")));
		}
	}

	/** Tells whether there is a property of that name. */
	boolean contain(String name) {
		String squeezed = squeezed(name);
		return this.all.stream().anyMatch((known) -> known.pattern().matcher(squeezed).matches());
	}

	/** Returns the name that is most like this one, or null where none is. */
	@Nullable String mostLike(String name) {
		String squeezed = squeezed(name);
		return this.all.stream()
			.map(Known::name)
			.min(Comparator.comparingInt((known) -> distance(squeezed, squeezed(known))))
			.filter((known) -> distance(squeezed, squeezed(known)) <= MAX_DISTANCE)
			.orElse(null);
	}

	/** How many letters have to be changed, added or left out to make one the other. */
	private static int distance(String one, String other) {
		int[] row = new int[other.length() + 1];
		for (int j = 0; j <= other.length(); j++) {
			row[j] = j;
		}
		for (int i = 1; i <= one.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j <= other.length(); j++) {
				int change = diagonal + ((one.charAt(i - 1) == other.charAt(j - 1)) ? 0 : 1);
				diagonal = row[j];
				row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
			}
		}
		return row[other.length()];
	}

	private static String squeezed(String name) {
		return SEPARATORS.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("");
	}

	/**
	 * A property.
	 *
	 * @param name its name, as people write it
	 * @param pattern the letters and digits of its name, with positions and free parts
	 */
	private record Known(String name, Pattern pattern) {

	}

}
