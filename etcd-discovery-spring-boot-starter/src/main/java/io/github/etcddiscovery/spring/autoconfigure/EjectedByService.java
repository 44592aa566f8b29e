package io.github.etcddiscovery.spring.autoconfigure;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.github.etcddiscovery.spring.ServiceAliases;
import io.github.etcddiscovery.spring.actuate.DiscoveryReport.EjectedReport;
import io.github.etcddiscovery.spring.outlier.Ejected;
import io.github.etcddiscovery.spring.outlier.Outliers;
import org.jspecify.annotations.Nullable;

/**
 * Who is not chosen at present, for the report of the endpoint: by the names that
 * services have in etcd, whatever alias they are called by.
 */
record EjectedByService(@Nullable Outliers outliers,
		ServiceAliases aliases) implements Supplier<Map<String, List<EjectedReport>>> {

	@Override
	public Map<String, List<EjectedReport>> get() {
		Map<String, List<EjectedReport>> all = new TreeMap<>();
		Map<String, List<Ejected>> asked = (this.outliers != null) ? this.outliers.ejected() : Collections.emptyMap();
		asked.forEach((name, ejected) -> all.merge(this.aliases.service(name),
				ejected.stream().map(EjectedByService::describe).toList(), EjectedByService::together));
		return all;
	}

	private static EjectedReport describe(Ejected ejected) {
		return new EjectedReport(ejected.address(), ejected.cause(), ejected.since().toMillis());
	}

	/**
	 * An instance is ejected by its address, so in a service and in its alias at once.
	 */
	private static List<EjectedReport> together(List<EjectedReport> one, List<EjectedReport> other) {
		List<String> known = one.stream().map(EjectedReport::address).toList();
		return Stream.concat(one.stream(), other.stream().filter((ejected) -> !known.contains(ejected.address())))
			.toList();
	}

}
