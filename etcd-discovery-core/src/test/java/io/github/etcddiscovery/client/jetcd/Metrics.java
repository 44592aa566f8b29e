package io.github.etcddiscovery.client.jetcd;

import io.github.etcddiscovery.test.HttpCaller;

/** What an etcd says of itself. */
record Metrics(String endpoint) {

	/** The value of the first line that begins with a name and, if any, labels. */
	long value(String name) {
		return HttpCaller.get(this.endpoint + "/metrics")
			.body()
			.lines()
			.filter((line) -> line.startsWith(name + " "))
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

}
