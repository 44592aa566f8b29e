package io.github.etcddiscovery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page docs/parity.md cannot rot: no row is missing, and every test that it names
 * exists.
 */
class ParityTests {

	private static final Path ROOT = Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();

	private static final Pattern ROW = Pattern.compile("(?m)^\\| ([A-Z][0-9]+) \\|(.*)\\|(.*)\\|(.*)\\|$");

	private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:Tests|IT))(?:#(\\w+))?`");

	/** Where test classes of that name stand. */
	private final Map<String, List<Path>> sources = sources();

	private final List<MatchResult> rows = ROW.matcher(read(ROOT.resolve("docs/parity.md"))).results().toList();

	@Test
	void everyFeatureHasOneRow() {
		List<String> expected = Stream
			.of(range("F", 1, 21), range("F", 30, 79), range("F", 90, 121), range("F", 130, 144))
			.flatMap((range) -> range)
			.toList();
		assertThat(ids("F")).isEqualTo(expected);
	}

	@Test
	void everyDefectHasOneRow() {
		assertThat(ids("D")).isEqualTo(range("D", 1, 35).toList());
		assertThat(ids("C")).containsExactly("C2", "C5");
		assertThat(ids("G")).isEqualTo(IntStream.rangeClosed(1, 11).mapToObj((i) -> "G" + i).toList());
		assertThat(ids("N")).isEqualTo(IntStream.rangeClosed(1, 8).mapToObj((i) -> "N" + i).toList());
	}

	@Test
	void noRowIsOpen() {
		assertThat(this.rows).allSatisfy((row) -> {
			assertThat(row.group(2)).as("what row %s is about", row.group(1)).isNotBlank();
			boolean shown = TEST.matcher(row.group(3)).find();
			boolean explained = row.group(4).matches(".*(out of scope|not applicable|comes? later).*");
			assertThat(shown || explained).as("row %s has a test or a reason", row.group(1)).isTrue();
		});
	}

	@Test
	void everyTestThatIsNamedExists() {
		List<String> missing = new ArrayList<>();
		TEST.matcher(read(ROOT.resolve("docs/parity.md")))
			.results()
			.filter((test) -> !exists(test.group(1), test.group(2)))
			.forEach((test) -> missing.add(test.group()));
		assertThat(missing).isEmpty();
	}

	@Test
	void everyDefectIsNamedByATestOfItsOwn() {
		this.rows.stream()
			.filter((row) -> row.group(1).matches("[DCGN][0-9]+"))
			.forEach((row) -> assertThat(TEST.matcher(row.group(3)).results()).as("tests of %s", row.group(1))
				.anyMatch((test) -> names(test, row.group(1))));
	}

	/** As a part of its name, or at the beginning of its display name. */
	private boolean names(MatchResult test, String defect) {
		String part = "(?i).*(^|And)" + defect + "(?![0-9]).*";
		return (test.group(2) != null && test.group(2).matches(part)) || this.sources.get(test.group(1))
			.stream()
			.anyMatch((source) -> read(source).contains("@DisplayName(\"" + defect + ": "));
	}

	@Test
	void everyPageForNewcomersIsThereInBothLanguages() {
		assertThat(ROOT.resolve("docs/README.zh.md")).exists();
		String english = read(ROOT.resolve("docs/coming-from.md"));
		String chinese = read(ROOT.resolve("docs/coming-from.zh.md"));
		// What stands in code is the same in all languages: options, properties, names.
		Pattern property = Pattern.compile("`([a-z]+[a-z.-]*[a-z])`");
		assertThat(property.matcher(chinese).results().map(MatchResult::group).distinct())
			.containsAll(property.matcher(english).results().map(MatchResult::group).distinct().toList());
	}

	private List<String> ids(String letter) {
		return this.rows.stream().map((row) -> row.group(1)).filter((id) -> id.startsWith(letter)).toList();
	}

	private static Stream<String> range(String letter, int first, int last) {
		String format = letter.equals("F") ? "F%03d" : letter + "%02d";
		return IntStream.rangeClosed(first, last).mapToObj(format::formatted);
	}

	private boolean exists(String type, String method) {
		return this.sources.getOrDefault(type, List.of())
			.stream()
			.anyMatch((source) -> method == null || read(source).contains("\tvoid " + method + "("));
	}

	private static Map<String, List<Path>> sources() {
		Map<String, List<Path>> found = new HashMap<>();
		for (Path module : modules()) {
			Path tests = module.resolve("src/test/java");
			if (Files.isDirectory(tests)) {
				list(tests, Integer.MAX_VALUE).stream()
					.filter((file) -> file.toString().endsWith(".java"))
					.forEach((file) -> found
						.computeIfAbsent(file.getFileName().toString().replace(".java", ""),
								(name) -> new ArrayList<>())
						.add(file));
			}
		}
		return found;
	}

	private static List<Path> modules() {
		List<Path> modules = new ArrayList<>(list(ROOT, 1));
		modules.addAll(list(ROOT.resolve("samples"), 1));
		return modules;
	}

	private static List<Path> list(Path folder, int depth) {
		try (Stream<Path> found = Files.walk(folder, depth)) {
			return found.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
