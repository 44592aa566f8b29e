package io.github.etcddiscovery.interop;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import org.jspecify.annotations.Nullable;

/**
 * A wire format with the Go programs that speak it.
 *
 * @param service name of the service
 * @param program what starts the Go program
 * @param layout the format and the prefix here
 * @param protocol how its instances are called
 * @param change what can be changed of an instance; null where the format carries no more
 * than the address
 */
record Format(String service, Program program, Layout layout, Protocol protocol, @Nullable Change change) {

	private static final AtomicInteger SERVICES = new AtomicInteger();

	/** Id of the Java server, where the format has one that is not its address. */
	private static final String ID = "java";

	static final Format KITEX = new Format("interop.kitex", GoPrograms::kitex, Layout.of(InstanceCodec.kitex()),
			new ThriftProtocol(), Change.weightAndZone("weight=20 zone=b"));

	/** What Kitex's constructors "WithAuth" write and read: an empty prefix. */
	static final Format KITEX_DEPRECATED = new Format("interop.deprecated",
			(programs, role, options, ttl) -> programs.kitex("deprecated " + role, options, ttl),
			new Layout(InstanceCodec.kitex(), ""), new ThriftProtocol(), Change.weightAndZone("weight=20 zone=b"));

	static final Format HERTZ = new Format("interop.hertz", Program.peer("documented hertz"),
			Layout.of(InstanceCodec.hertz()), new HttpProtocol(), Change.weightAndZone("weight=20 zone=b"));

	static final Format GRPC = new Format("interop/grpc", Program.peer("grpc"), Layout.of(InstanceCodec.grpc()),
			new GrpcProtocol(), Change.weightAndZone("\"weight\":20,\"zone\":\"b\""));

	static final Format GO_KIT = new Format("interop/go-kit", Program.peer("go-kit"), Layout.of(InstanceCodec.goKit()),
			new HttpProtocol(), Change.url());

	static final Format PLAIN = new Format("interop.plain", Program.peer("documented plain"),
			Layout.of(InstanceCodec.plain()), new HttpProtocol(), Change.address());

	static final Format GO_ZERO = new Format("interop.go-zero", Program.peer("go-zero"),
			Layout.of(InstanceCodec.goZero()), new GrpcProtocol(), null);

	static final Format KRATOS = new Format("interop.kratos", Program.peer("documented kratos"),
			Layout.of(InstanceCodec.kratos()), new HttpProtocol(), Change.weightAndZone("weight=20 zone=b"));

	static final List<Format> ALL = List.of(KITEX, HERTZ, GRPC, GO_KIT, PLAIN, GO_ZERO, KRATOS);

	static Format of(String name) {
		return ALL.stream().filter((format) -> format.toString().equals(name)).findFirst().orElseThrow();
	}

	/** The same format with another service. */
	Format named(String service) {
		return new Format(service, this.program, this.layout, this.protocol, this.change);
	}

	/** The same format with a service that no other test has left keys of. */
	Format fresh() {
		return named(this.service + SERVICES.incrementAndGet());
	}

	/** The instance that the Java server is. */
	Instance instance(String host, int port) {
		Instance instance = Instance.of(this.service, host, port);
		return toString().equals("plain") ? instance.withTag(Instance.ID, ID) : instance;
	}

	@Override
	public String toString() {
		return this.layout.codec().format();
	}

	/** How a Go server or client is started. */
	interface Program {

		/** A program of several peers. */
		static Program peer(String name) {
			return (programs, role, options, ttl) -> programs.peer(name + " " + role, options);
		}

		/**
		 * Starts it.
		 * @param role {@code serve} or {@code find}
		 * @param ttl time to live of the lease in seconds, where it is no option
		 */
		PeerProcess start(GoPrograms programs, String role, List<String> options, int ttl);

	}

}
