package io.github.etcddiscovery.test;

import java.util.List;
import java.util.Map;

/**
 * Cuts members off from the others. Who opens a connection to a member is told by the
 * header that etcd sends with every request between members: cutting a member's own proxy
 * alone would leave the connections that it opens itself, and they carry both ways.
 *
 * @param group the members
 */
record Partition(MemberGroup group) {

	void cut(List<EtcdMember> apart) {
		Map<String, String> ids = this.group.ids();
		List<String> senders = apart.stream()
			.map((member) -> "X-Server-From: " + ids.get(member.name()) + "\r\n")
			.toList();
		for (EtcdMember member : this.group.members()) {
			if (apart.contains(member)) {
				peerProxy(member).cut();
				member.isolated(true);
			}
			else {
				peerProxy(member).refuseWhere((head) -> senders.stream().anyMatch(head::contains));
			}
		}
	}

	void heal() {
		for (EtcdMember member : this.group.members()) {
			peerProxy(member).heal();
			member.isolated(false);
		}
	}

	private static TcpProxy peerProxy(EtcdMember member) {
		return member.peerProxy()
			.orElseThrow(() -> new IllegalStateException("no proxies, use EtcdSettings.withProxies()"));
	}

}
