package io.github.etcddiscovery.test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.github.etcddiscovery.test.tls.EtcdTls;
import io.github.etcddiscovery.test.tls.JwtKeys;

/**
 * The command lines of the members of one cluster.
 *
 * @param common flags that are the same for all
 * @param scheme http or https
 * @param members all members
 */
record MemberFlags(Map<String, String> common, String scheme, List<EtcdMember> members) {

	static MemberFlags of(EtcdSettings settings, Path folder, List<EtcdMember> members) {
		Map<String, String> common = new LinkedHashMap<>();
		common.put("initial-cluster-token", folder.getFileName().toString());
		// bcrypt at its usual cost takes 70 ms of a core for each login.
		common.put("bcrypt-cost", "4");
		if (settings.members() == 1) {
			// The one that votes for itself need not wait for others.
			common.put("heartbeat-interval", "20");
			common.put("election-timeout", "200");
		}
		settings.tls().ifPresent((tls) -> common.putAll(flags(tls)));
		settings.tokenTtl().ifPresent((ttl) -> {
			try {
				common.put("auth-token", JwtKeys.flag(folder, ttl));
			}
			catch (IOException ex) {
				throw new EtcdException("cannot write the keys for tokens", ex);
			}
		});
		common.putAll(settings.flags());
		return new MemberFlags(common, settings.scheme(), members);
	}

	private static Map<String, String> flags(EtcdTls tls) {
		Map<String, String> flags = new LinkedHashMap<>();
		flags.put("cert-file", tls.server().certificate().toString());
		flags.put("key-file", tls.server().key().toString());
		if (tls.mutual()) {
			flags.put("trusted-ca-file", tls.certificates().ca().toString());
			flags.put("client-cert-auth", "true");
		}
		return flags;
	}

	/**
	 * Builds the command line.
	 * @param member whose
	 * @param etcd path of the program
	 * @param state {@code new}, or {@code existing} for one that joins
	 */
	List<String> line(EtcdMember member, Path etcd, String state) {
		Map<String, String> flags = new LinkedHashMap<>();
		flags.put("name", member.name());
		flags.put("data-dir", member.data().toString());
		flags.put("listen-client-urls", member.direct(this.scheme));
		flags.put("advertise-client-urls", member.advertised(this.scheme));
		flags.put("listen-peer-urls", member.peerDirect());
		flags.put("initial-advertise-peer-urls", member.peer());
		flags.put("initial-cluster",
				this.members.stream().map((each) -> each.name() + "=" + each.peer()).collect(Collectors.joining(",")));
		flags.put("initial-cluster-state", state);
		flags.putAll(this.common);
		List<String> line = new ArrayList<>(List.of(etcd.toString()));
		flags.forEach((name, value) -> line.add("--" + name + "=" + value));
		return line;
	}

}
