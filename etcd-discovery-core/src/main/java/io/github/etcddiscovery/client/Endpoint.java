package io.github.etcddiscovery.client;

import java.util.List;

final class Endpoint {

	private Endpoint() {
	}

	static void parseAll(List<String> endpoints, boolean tls) {
	}

}
