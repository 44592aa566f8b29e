package io.github.etcddiscovery.interop;

import java.util.List;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import org.jspecify.annotations.Nullable;

/**
 * A wire format with the Go programs that speak it.
 *
 * @param program what starts the Go program
 * @param codec the format here
 * @param protocol how its instances are called
 * @param change what can be changed of an instance; null where the format carries no more
 * than the address
 */
record Format(Program program, InstanceCodec codec, Protocol protocol, @Nullable Change change) {

	static final Format KITEX = new Format(GoPrograms::kitex, InstanceCodec.kitex(), new ThriftProtocol(),
			Change.weightAndZone("weight=20 zone=b"));

	static final List<Format> ALL = List.of(KITEX);

	static Format of(String name) {
		return ALL.stream().filter((format) -> format.toString().equals(name)).findFirst().orElseThrow();
	}

	Layout layout() {
		return Layout.of(this.codec);
	}

	String service() {
		return "interop." + this;
	}

	/** The instance that the Java server is. */
	Instance instance(String host, int port) {
		return Instance.of(service(), host, port);
	}

	@Override
	public String toString() {
		return this.codec.format();
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
