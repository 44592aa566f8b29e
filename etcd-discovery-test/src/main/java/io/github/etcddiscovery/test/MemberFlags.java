package io.github.etcddiscovery.test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The command line of one member.
 */
record MemberFlags(EtcdSettings settings, String token, List<EtcdMember> members) {

	/**
	 * Builds it.
	 * @param member whose
	 * @param etcd path of the program
	 * @param state {@code new}, or {@code existing} for one that joins
	 */
	List<String> of(EtcdMember member, String etcd, String state) {
		String scheme = "http";
		Map<String, String> flags = new LinkedHashMap<>();
		flags.put("name", member.name());
		flags.put("data-dir", member.data().toString());
		flags.put("listen-client-urls", member.direct(scheme));
		flags.put("advertise-client-urls", member.advertised(scheme));
		flags.put("listen-peer-urls", member.peer());
		flags.put("initial-advertise-peer-urls", member.peer());
		flags.put("initial-cluster",
				this.members.stream().map((each) -> each.name() + "=" + each.peer()).collect(Collectors.joining(",")));
		flags.put("initial-cluster-token", this.token);
		flags.put("initial-cluster-state", state);
		flags.putAll(this.settings.flags());
		List<String> line = new ArrayList<>(List.of(etcd));
		flags.forEach((name, value) -> line.add("--" + name + "=" + value));
		return line;
	}

}
