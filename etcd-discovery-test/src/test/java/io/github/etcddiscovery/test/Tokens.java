package io.github.etcddiscovery.test;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Logs in and reads by etcd's HTTP gateway, where a token can be kept and shown again.
 */
final class Tokens {

	private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

	private Tokens() {
	}

	static String login(EtcdCluster etcd, String user, String password) {
		Matcher token = TOKEN.matcher(
				HttpCaller
					.post(etcd.endpoint() + "/v3/auth/authenticate",
							"{\"name\":\"" + user + "\",\"password\":\"" + password + "\"}")
					.body());
		if (!token.find()) {
			throw new IllegalStateException("no token for " + user);
		}
		return token.group(1);
	}

	static boolean isAccepted(EtcdCluster etcd, String token) {
		return HttpCaller.post(etcd.endpoint() + "/v3/kv/range", "{\"key\":\"YQ==\"}", "Authorization", token)
			.statusCode() == 200;
	}

}
