package io.github.etcddiscovery.spring.registration;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.Decoded;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.spring.EtcdRegistrationProperties;
import io.github.etcddiscovery.spring.InvalidEtcdPropertyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.env.Environment;
import org.springframework.format.annotation.DurationFormat;
import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * The formats that this application is registered in: whether each can carry it, what
 * each leaves out, and what their callers need.
 */
final class OwnFormats {

	private static final String PREFIX = "etcd.discovery.registration.";

	private static final Set<String> POLLED = Set.of("kitex", "hertz");

	/** Callers of these speak gRPC whatever is written, and most of them know no tags. */
	private static final Set<String> GRPC_ALONE = Set.of("grpc", "go-zero");

	/** Callers of Kitex and Hertz look every 5 s. */
	private static final Duration POLL = Duration.ofSeconds(6);

	private static final Logger log = LoggerFactory.getLogger(OwnFormats.class);

	private final List<Layout> layouts;

	private final Environment environment;

	OwnFormats(List<Layout> layouts, Environment environment) {
		this.layouts = List.copyOf(layouts);
		this.environment = environment;
	}

	/**
	 * Returns the server that callers of the first format expect, where there are
	 * several: a tag is no help to those who speak gRPC alone.
	 */
	OwnServer server() {
		return isGrpc(this.layouts.get(0)) ? OwnServer.GRPC : OwnServer.WEB;
	}

	private static boolean isGrpc(Layout layout) {
		return GRPC_ALONE.contains(layout.codec().format());
	}

	/** Tells whether a caller could take a gRPC server for one of HTTP. */
	boolean needScheme() {
		return !this.layouts.stream().allMatch(OwnFormats::isGrpc);
	}

	/**
	 * Checks the name of the service, before anything else is known.
	 * @throws InvalidEtcdPropertyException if one of the formats cannot carry it
	 */
	void checkService(String service) {
		for (Layout layout : this.layouts) {
			try {
				layout.codec().checkService(service);
			}
			catch (IllegalArgumentException ex) {
				boolean own = this.environment.containsProperty("etcd.discovery.service-name");
				throw new InvalidEtcdPropertyException(own ? "etcd.discovery.service-name" : "spring.application.name",
						null, String.valueOf(ex.getMessage()), ex);
			}
		}
	}

	/**
	 * Checks the instance.
	 * @throws InvalidEtcdPropertyException if one of the formats cannot carry it, or two
	 * would write the same key
	 */
	void check(Instance instance) {
		Set<Bytes> keys = new HashSet<>();
		for (Layout layout : this.layouts) {
			if (!keys.add(key(layout, instance))) {
				throw new InvalidEtcdPropertyException("etcd.discovery.layouts", this.layouts,
						"two of them would write the same key " + layout.key(instance)
								+ " (expected: another prefix for one of them)");
			}
			checkValue(layout, instance);
		}
	}

	private static Bytes key(Layout layout, Instance instance) {
		try {
			return layout.key(instance);
		}
		catch (IllegalArgumentException ex) {
			throw refused(PREFIX + "instance-id", instance.id(), "cannot be written", layout, ex);
		}
	}

	private static void checkValue(Layout layout, Instance instance) {
		try {
			layout.codec().value(instance);
		}
		catch (IllegalArgumentException ex) {
			throw refused(PREFIX + "metadata", instance.tags().keySet(), "cannot be written", layout, ex);
		}
	}

	private static InvalidEtcdPropertyException refused(String property, Object value, String problem, Layout layout,
			IllegalArgumentException cause) {
		return new InvalidEtcdPropertyException(property, value,
				problem + " in format " + layout.codec().format() + ": " + cause.getMessage(), cause);
	}

	/**
	 * Says what nobody would notice before it costs a request, one line for each thing.
	 */
	void advise(Instance instance, EtcdRegistrationProperties properties, ServerPorts ports) {
		String grpc = this.layouts.stream()
			.filter(OwnFormats::isGrpc)
			.map((layout) -> layout.codec().format())
			.distinct()
			.collect(Collectors.joining(", "));
		if (!grpc.isEmpty()) {
			adviseOfGrpc(grpc, instance.port(), ports);
		}
		for (Layout layout : this.layouts) {
			Set<String> lost = lost(layout, instance);
			if (!lost.isEmpty()) {
				log.info("Format {} cannot carry {} of service {}: whoever finds it there does without",
						layout.codec().format(), lost, instance.service());
			}
		}
		boolean polled = this.layouts.stream().anyMatch((layout) -> POLLED.contains(layout.codec().format()));
		if (polled && properties.deregisterOnShutdown() && properties.drainDelay().compareTo(POLL) < 0) {
			log.info(
					"Callers written with Kitex or Hertz look for changes every 5 s and lose requests on shutdown: with "
							+ "such callers, set etcd.discovery.registration.drain-delay to 6s (it is {}); without any, "
							+ "logging.level.{}=warn silences this line",
					DurationFormatterUtils.print(properties.drainDelay(), DurationFormat.Style.COMPOSITE),
					OwnFormats.class.getName());
		}
	}

	/** Callers in Go that read these formats know no tags: they call the port there. */
	private void adviseOfGrpc(String formats, int registered, ServerPorts ports) {
		Integer web = ports.of(OwnServer.WEB);
		Integer grpc = ports.of(OwnServer.GRPC);
		if (web == null || web != registered) {
			return;
		}
		if (grpc != null) {
			log.warn(
					"Callers in Go find the port of the web server, {}, in format {}, and not that of the gRPC server, "
							+ "{}: make that format the first of etcd.discovery.layouts that registers",
					web, formats, grpc);
		}
		else if (!this.environment.getProperty("spring.grpc.server.servlet.enabled", Boolean.class, false)) {
			log.warn("Callers in Go find the port of the web server, {}, in format {}: unless it serves gRPC, set "
					+ "etcd.discovery.registration.port to that of the gRPC server, or register in another format", web,
					formats);
		}
	}

	/**
	 * Returns what is not there any more when an instance is written and read back: no
	 * format has to say what it carries.
	 */
	private static Set<String> lost(Layout layout, Instance instance) {
		Decoded decoded = layout.decode(instance.service(), layout.key(instance), layout.codec().value(instance));
		Set<String> lost = new TreeSet<>();
		if (decoded instanceof Decoded.Found found) {
			Instance read = found.instance();
			instance.tags().forEach((name, value) -> {
				if (!value.equals(name.equals(Instance.ID) ? read.id() : read.tags().get(name))) {
					lost.add(name);
				}
			});
			// A format without weights leaves it to the reader's default.
			if (instance.weight() != ((read.weight() > 0) ? read.weight() : Instance.DEFAULT_WEIGHT)) {
				lost.add("weight");
			}
		}
		return lost;
	}

}
