package io.github.etcddiscovery.test;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Logs in and reads by etcd's HTTP gateway, where a token can be kept and shown again.
 */
final class Tokens {

	private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

	private static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

	private Tokens() {
	}

	static String login(EtcdCluster etcd, String user, String password) {
		Matcher token = TOKEN.matcher(
				post(etcd, "/v3/auth/authenticate", "{\"name\":\"" + user + "\",\"password\":\"" + password + "\"}")
					.body());
		if (!token.find()) {
			throw new IllegalStateException("no token for " + user);
		}
		return token.group(1);
	}

	static boolean isAccepted(EtcdCluster etcd, String token) {
		return post(etcd, "/v3/kv/range", "{\"key\":\"YQ==\"}", "Authorization", token).statusCode() == 200;
	}

	private static HttpResponse<String> post(EtcdCluster etcd, String path, String body, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(etcd.endpoint() + path))
			.timeout(Duration.ofSeconds(5))
			.POST(HttpRequest.BodyPublishers.ofString(body));
		if (headers.length > 0) {
			request.headers(headers);
		}
		try {
			return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
