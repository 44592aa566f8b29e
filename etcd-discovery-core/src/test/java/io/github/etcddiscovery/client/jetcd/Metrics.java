package io.github.etcddiscovery.client.jetcd;

import java.util.stream.Stream;

import io.github.etcddiscovery.test.HttpCaller;

/** What an etcd says of itself. */
record Metrics(String endpoint) {

	/** The value of the first line that begins with a name and, if any, labels. */
	long value(String name) {
		return lines().filter((line) -> line.startsWith(name + " "))
			.map((line) -> Double.valueOf(line.substring(name.length() + 1)).longValue())
			.findFirst()
			.orElse(0L);
	}

	long watchStreams() {
		return value("etcd_debugging_mvcc_watch_stream_total");
	}

	long watches() {
		return value("etcd_debugging_mvcc_watcher_total");
	}

	/** How many calls of a method have begun. */
	long started(String service, String method, String type) {
		return value("grpc_server_started_total{grpc_method=\"" + method + "\",grpc_service=\"etcdserverpb." + service
				+ "\",grpc_type=\"" + type + "\"}");
	}

	/** How many calls of a method have ended, however they did. */
	long ended(String service, String method) {
		return lines()
			.filter((line) -> line.startsWith("grpc_server_handled_total{")
					&& line.contains("grpc_method=\"" + method + "\"")
					&& line.contains("grpc_service=\"etcdserverpb." + service + "\""))
			.mapToLong((line) -> Double.valueOf(line.substring(line.indexOf("} ") + 2)).longValue())
			.sum();
	}

	private Stream<String> lines() {
		return HttpCaller.get(this.endpoint + "/metrics").body().lines();
	}

}
