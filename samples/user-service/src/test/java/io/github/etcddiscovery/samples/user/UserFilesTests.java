package io.github.etcddiscovery.samples.user;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class UserFilesTests {

	@TempDir
	private Path folder;

	@Test
	void findsWhatAnotherInstanceHasStored() throws IOException {
		User alice = user("alice", "first");
		assertThat(instance().createIfAbsent(alice)).isEqualTo(alice);
		assertThat(instance().find("alice")).contains(alice);
	}

	@Test
	void findsNobodyUnderAnUnknownName() throws IOException {
		assertThat(instance().find("alice")).isEmpty();
	}

	@Test
	void keepsTheUserWhoWasFirst() throws IOException {
		User first = instance().createIfAbsent(user("alice", "first"));
		assertThat(instance().createIfAbsent(user("alice", "second"))).isEqualTo(first);
		assertThat(instance().find("alice")).contains(first);
	}

	@ParameterizedTest
	@ValueSource(strings = { "../escape", "/etc/passwd", "con", ".", "a\u0000b", "\u7528\u6237", "ALICE",
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
					+ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
					+ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" })
	void anyNameIsAFileOfItsOwnInTheFolder(String name) throws IOException {
		UserFiles files = instance();
		files.createIfAbsent(user("alice", "first"));
		User odd = files.createIfAbsent(user(name, "second"));
		assertThat(files.find(name)).contains(odd);
		assertThat(stored()).hasSize(2)
			.allMatch((file) -> file.getFileName().toString().matches("[0-9a-f]{64}\\.json"));
	}

	@Test
	void ofManyAtTheSameTimeOneWinsAndNoReaderSeesHalfAFile() throws Exception {
		int racers = 8;
		ExecutorService threads = Executors.newFixedThreadPool(racers);
		try {
			for (int round = 0; round < 50; round++) {
				assertThat(race(threads, "user" + round, racers)).hasSize(racers)
					.containsOnly(instance().find("user" + round).orElseThrow());
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(stored()).hasSize(50);
	}

	private List<User> race(ExecutorService threads, String name, int racers) throws Exception {
		CountDownLatch start = new CountDownLatch(1);
		List<Future<User>> results = new ArrayList<>();
		for (int racer = 0; racer < racers; racer++) {
			boolean reads = racer % 2 == 1;
			User candidate = user(name, "request" + racer);
			UserFiles files = instance();
			results.add(threads.submit(() -> {
				start.await();
				return reads ? readUntilThere(files, name) : files.createIfAbsent(candidate);
			}));
		}
		start.countDown();
		return results.stream().map(UserFilesTests::result).toList();
	}

	private static User readUntilThere(UserFiles files, String name) {
		return Stream.generate(() -> files.find(name)).flatMap(Optional::stream).findFirst().orElseThrow();
	}

	private static User result(Future<User> future) {
		try {
			return future.get();
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new AssertionError(ex);
		}
	}

	private List<Path> stored() throws IOException {
		try (Stream<Path> files = Files.list(this.folder)) {
			return files.toList();
		}
	}

	private UserFiles instance() throws IOException {
		return new UserFiles(new UserProperties(this.folder, 1000), JsonMapper.builder().build());
	}

	private static User user(String name, String requestId) {
		return new User("id of " + requestId, name, requestId, new PasswordHash(1000, "00", "11"));
	}

}
