package io.github.etcddiscovery.samples.demo;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.etcddiscovery.interop.GoPrograms;
import io.github.etcddiscovery.interop.GoUnavailableException;
import io.github.etcddiscovery.interop.PeerProcess;

/**
 * The part of the demo with services and clients that are written in Go.
 */
final class GoServices implements AutoCloseable {

	private static final String GREETER = "service.music.greeter";

	private static final int CALLS = 100;

	private static final int USERS = 20;

	private final Deque<PeerProcess> processes = new ArrayDeque<>();

	private final GoPrograms programs;

	private int calls;

	private GoServices(GoPrograms programs) {
		this.programs = programs;
	}

	/**
	 * Builds the Go programs.
	 * @return what can be told
	 * @throws IllegalStateException with a message for the user where that cannot be done
	 */
	static GoServices build() {
		Story.title("Building the Go programs (the first time Go fetches what it needs, which takes some minutes)");
		try {
			return new GoServices(GoPrograms.build(Path.of("interop")));
		}
		catch (GoUnavailableException ex) {
			throw new IllegalStateException("--interop: " + ex.getMessage(), ex);
		}
	}

	/** What the samples have to be told, by their names. */
	static Map<String, List<String>> settings() {
		return Map.of("user-service",
				List.of("--etcd.discovery.layouts[0].format=kitex", "--etcd.discovery.layouts[1].format=go-kit"),
				"api-gateway", List.of("--etcd.discovery.layouts[0].format=kitex",
						"--etcd.discovery.layouts[1].format=grpc", "--gateway.greeter-service=" + GREETER));
	}

	/**
	 * Lets the gateway call Go, and Go call the user service.
	 * @param instances how many of the user service there are
	 * @return what to add to the last line of the demo
	 */
	String tell(LocalEtcd etcd, URI gateway, int instances) {
		Gateway http = new Gateway(gateway);
		callGo(etcd, http);
		int users = callFromGo(etcd, http, instances);
		return " interop=OK go_called=" + this.calls + " called_by_go=" + users;
	}

	private void callGo(LocalEtcd etcd, Gateway gateway) {
		Story.title("A gRPC service written in Go, called from the Spring gateway");
		PeerProcess one = start("grpc serve", options(etcd, GREETER, "-name=go-1"));
		PeerProcess two = start("grpc serve", options(etcd, GREETER, "-name=go-2"));
		List.of(one, two).forEach((server) -> server.await("registered"));
		Story.say("two instances have registered by etcd's naming/endpoints:");
		show(etcd, GREETER + "/");
		Map<String, Integer> answers = new TreeMap<>();
		for (int call = 0; call < CALLS || answers.size() < 2; call++) {
			answers.merge(greeter(gateway), 1, Integer::sum);
		}
		Story.say("%s/api/greet?name=alice, answered by: %s", gateway.uri(), answers);
		one.send("deregister");
		one.await("deregistered");
		for (int inARow = 0; inARow < CALLS; inARow++) {
			inARow = greeter(gateway).equals("go-2") ? inARow : -1;
		}
		Story.say("go-1 has left etcd, and still serves; go-2 has answered the last %d calls", CALLS);
	}

	/** Calls once, and returns who has answered. */
	private String greeter(Gateway gateway) {
		if (this.calls++ > 100 * CALLS) {
			throw new IllegalStateException("The gateway does not follow the instances of " + GREETER);
		}
		String answer = gateway.get("/api/greet?name=alice");
		String before = "{\"code\":0,\"message\":\"success\",\"data\":\"";
		if (!answer.startsWith(before) || !answer.endsWith(": hello alice\"}")) {
			throw new IllegalStateException("The gateway has answered " + answer);
		}
		return answer.substring(before.length(), answer.indexOf(": hello"));
	}

	private int callFromGo(LocalEtcd etcd, Gateway gateway, int instances) {
		Story.title("And the reverse: Go programs find the Spring service " + Playground.SERVICE);
		PeerProcess goKit = start("go-kit users find", options(etcd, Playground.SERVICE));
		PeerProcess kitex = closing(this.programs.kitex("find", options(etcd, Playground.SERVICE), 5));
		Story.say("go-kit's instancer: %s", goKit.awaitInstances((all) -> all.split("; ").length == instances));
		Story.say("Kitex's resolver:   %s", kitex.awaitInstances((all) -> all.split("; ").length == instances));
		Story.say("(Kitex calls by Thrift, and these serve HTTP: it finds them, and go-kit calls them)");
		for (int user = 0; user < USERS; user++) {
			String name = "gopher-" + user;
			expect("answer success", goKit.call(name));
			String body = "{\"username\":\"" + name + "\",\"password\":\"correct horse\"}";
			String login = gateway.post("/api/user/login", body);
			expect("{\"code\":0,\"message\":\"success\"", login.substring(0, Math.min(29, login.length())));
		}
		Story.say("%d users were registered from Go (go-kit), at one instance after the other, and have logged in",
				USERS);
		Story.say("through the gateway");
		return USERS;
	}

	private static void expect(String expected, String outcome) {
		if (!outcome.equals(expected)) {
			throw new IllegalStateException("Expected " + expected + " but was " + outcome);
		}
	}

	private static void show(LocalEtcd etcd, String prefix) {
		Story.say("$ " + etcd.commandLine("get --prefix " + prefix));
		etcd.etcdctl("get", "--prefix", prefix).forEach((line) -> Story.say("  %s", line));
	}

	private static List<String> options(LocalEtcd etcd, String service, String... more) {
		List<String> options = new ArrayList<>(List.of("-etcd=" + etcd.endpoint(), "-service=" + service));
		options.addAll(List.of(more));
		return options;
	}

	private PeerProcess start(String role, List<String> options) {
		return closing(this.programs.peer(role, options));
	}

	private PeerProcess closing(PeerProcess process) {
		this.processes.push(process);
		return process;
	}

	@Override
	public void close() {
		this.processes.forEach(PeerProcess::close);
	}

}
