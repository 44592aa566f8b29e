package io.github.etcddiscovery.test.binaries;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The package sources of the distribution itself among those that the machine has
 * configured. Third parties' sources are left out: they have no etcd, and one that does
 * not answer would hold up the rest.
 */
record AptSources(Path apt) {

	private static final Pattern ONE_LINE = Pattern.compile("deb\\s+(\\[[^]]*]\\s+)?(\\S+)\\s+(\\S+)\\s+(.*)");

	private static final Pattern DISTRIBUTION = Pattern.compile("(?m)\\b(debian|ubuntu)\\b");

	/**
	 * Writes them to a folder of source parts.
	 * @return whether there was any
	 */
	boolean copyTo(Path parts) throws IOException {
		boolean any = false;
		for (Path file : files()) {
			String name = file.getFileName().toString();
			String text = Files.readString(file);
			String kept = name.endsWith(".sources") ? stanzas(text) : lines(text);
			if (!kept.isBlank()) {
				Files.writeString(parts.resolve(name), kept + "\n");
				any = true;
			}
		}
		return any;
	}

	private List<Path> files() throws IOException {
		List<Path> files = new ArrayList<>(List.of(this.apt.resolve("sources.list")));
		Path parts = this.apt.resolve("sources.list.d");
		if (Files.isDirectory(parts)) {
			try (DirectoryStream<Path> more = Files.newDirectoryStream(parts, "*.{list,sources}")) {
				more.forEach(files::add);
			}
		}
		return files.stream().filter(Files::isReadable).toList();
	}

	static String lines(String text) {
		return text.lines()
			.map((line) -> ONE_LINE.matcher(line.replaceFirst("#.*", "").strip()))
			.filter(Matcher::matches)
			.filter((line) -> isDistribution(line.group(2), line.group(4)))
			.map((line) -> line.group().replace(line.group(4), withUniverse(line.group(2), line.group(4))))
			.collect(Collectors.joining("\n"));
	}

	static String stanzas(String text) {
		return Arrays.stream(text.split("\\n\\s*\\n"))
			.map((stanza) -> stanza.lines().filter((line) -> !line.startsWith("#")).collect(Collectors.joining("\n")))
			.filter((stanza) -> field(stanza, "Types").matches("deb( .*)?"))
			.filter((stanza) -> isDistribution(field(stanza, "URIs"), field(stanza, "Components")))
			.map((stanza) -> stanza.replaceFirst("(?m)^Components:.*$",
					"Components: " + withUniverse(field(stanza, "URIs"), field(stanza, "Components"))))
			.collect(Collectors.joining("\n\n"));
	}

	private static String field(String stanza, String name) {
		return stanza.lines()
			.filter((line) -> line.startsWith(name + ":"))
			.map((line) -> line.substring(name.length() + 1).strip())
			.findFirst()
			.orElse("");
	}

	private static boolean isDistribution(String uris, String components) {
		return DISTRIBUTION.matcher(uris).find() && components.matches("(.* )?main( .*)?");
	}

	/** Ubuntu keeps etcd in a component that not every machine has switched on. */
	private static String withUniverse(String uris, String components) {
		return uris.contains("ubuntu") && !components.contains("universe") ? components + " universe" : components;
	}

}
