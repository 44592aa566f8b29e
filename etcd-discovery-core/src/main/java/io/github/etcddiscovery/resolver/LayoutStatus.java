package io.github.etcddiscovery.resolver;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Where one layout stands: whether everything that is followed under it is up to date.
 * <p>
 * Not needed for plain registering and resolving; may change.
 *
 * @param layout the layout
 * @param problem why something is not up to date, because it has never been read or
 * because its watch was lost; of several ranges that of the one that has waited longest;
 * null where there is none
 * @param since for how long that has been so; zero where there is no problem
 * @param fromFile whether something is served as it stood in the snapshot file, because
 * etcd has not answered since the start
 */
public record LayoutStatus(Layout layout, @Nullable EtcdDiscoveryException problem, Duration since, boolean fromFile) {

	static LayoutStatus of(LayoutReader reader, List<Feed> all, EventLoop loop) {
		List<Feed> feeds = all.stream().filter((feed) -> feed.layout() == reader.position()).toList();
		boolean fromFile = feeds.stream().anyMatch(Feed::isFromFile);
		return feeds.stream()
			.map(Feed::problem)
			.filter(Objects::nonNull)
			.map((problem) -> new LayoutStatus(reader.layout(), problem.cause(), loop.since(problem.since()), fromFile))
			.max(Comparator.comparing(LayoutStatus::since))
			.orElse(new LayoutStatus(reader.layout(), null, Duration.ZERO, fromFile));
	}

}
