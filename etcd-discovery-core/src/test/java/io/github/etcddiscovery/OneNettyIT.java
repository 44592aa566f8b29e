package io.github.etcddiscovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * jetcd's own tree mixes Netty 4.1 and 4.2. Reads what src/it/plain-consumer resolved, a
 * project with no parent, no BOM and core as its only dependency.
 */
class OneNettyIT {

	private static final Path TREE = Path.of("target", "it", "plain-consumer", "target", "tree.txt");

	private static final Pattern NETTY = Pattern.compile("io\\.netty:(\\S+):jar:(\\S+):(?:compile|runtime)");

	private static final Pattern GRPC = Pattern.compile("io\\.grpc:(\\S+):jar:(\\S+):(?:compile|runtime)");

	@Test
	void aProjectWithoutBomResolvesOneVersionOfNetty() throws IOException {
		List<MatchResult> netty = NETTY.matcher(Files.readString(TREE)).results().toList();
		Set<String> versions = netty.stream().map((match) -> match.group(2)).collect(Collectors.toSet());

		assertThat(netty).hasSizeGreaterThanOrEqualTo(8);
		assertThat(versions).hasSize(1).allMatch((version) -> version.startsWith("4.2."));
	}

	@Test
	void everyNettyArtifactIsDeclaredByCoreItselfBecauseTheNearestVersionWins() throws IOException {
		assertThat(Files.readAllLines(TREE).stream().filter((line) -> line.contains("io.netty:")))
			.allMatch((line) -> line.matches("   [+\\\\]- io\\.netty:.*"));
	}

	@Test
	void usersOfGrpcSeeItsApiAndOneVersionOfIt() throws IOException {
		List<MatchResult> grpc = GRPC.matcher(Files.readString(TREE)).results().toList();

		assertThat(grpc).anyMatch((match) -> match.group().endsWith(":compile") && match.group(1).equals("grpc-api"));
		assertThat(grpc.stream().map((match) -> match.group(2)).distinct()).hasSize(1);
	}

	@Test
	void whatNothingOfOursReachesIsLeftOut() throws IOException {
		assertThat(Files.readString(TREE)).doesNotContain("proto-google-common-protos")
			.doesNotContain("jackson")
			.doesNotContain("netty-codec-http3")
			.doesNotContain("netty-resolver-dns")
			.contains("jetcd-core");
	}

}
