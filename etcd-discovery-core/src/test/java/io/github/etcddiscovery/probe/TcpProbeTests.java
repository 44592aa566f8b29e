package io.github.etcddiscovery.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.etcddiscovery.loop.Workers;
import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TcpProbeTests {

	private static final Duration PATIENCE = Duration.ofMillis(300);

	private static final String LOOPBACK = "127.0.0.1";

	private final Workers lookups = Workers.named("lookups-under-test");

	private final BlockingQueue<Thread> begun = new LinkedBlockingQueue<>();

	private final TcpProbe probe = new TcpProbe(this::thread, this.lookups, PATIENCE);

	private final List<Socket> waiting = new ArrayList<>();

	@AfterEach
	void close() throws IOException {
		this.probe.close();
		this.lookups.close();
		for (Socket socket : this.waiting) {
			socket.close();
		}
	}

	@Test
	void anAddressThatListensHasAccepted() throws Exception {
		try (ServerSocket server = listening(LOOPBACK)) {
			assertThat(answer(LOOPBACK, server.getLocalPort())).isEqualTo(Answer.ACCEPTED);
			try (Socket seen = server.accept()) {
				assertThat(seen.getInputStream().read()).as("nothing is sent, and it is closed").isEqualTo(-1);
			}
		}
	}

	@Test
	void anIpv6AddressIsAskedWithBracketsAndWithout() throws Exception {
		try (ServerSocket server = listening("::1")) {
			assertThat(answer("::1", server.getLocalPort())).isEqualTo(Answer.ACCEPTED);
			assertThat(answer("[::1]", server.getLocalPort())).isEqualTo(Answer.ACCEPTED);
		}
	}

	@Test
	void anAddressWhereNobodyListensHasRefused() throws Exception {
		assertThat(answer(LOOPBACK, freePort())).isEqualTo(Answer.REFUSED);
	}

	@Test
	void anAddressThatSaysNothingHasNotAnsweredInTime() throws Exception {
		try (ServerSocket silent = silent()) {
			assertThat(answer(LOOPBACK, silent.getLocalPort())).isEqualTo(Answer.NO_ANSWER);
		}
	}

	@Test
	void ofANameEachAddressIsAsked() throws Exception {
		for (InetAddress address : InetAddress.getAllByName("localhost")) {
			try (ServerSocket server = listening(address.getHostAddress())) {
				assertThat(answer("localhost", server.getLocalPort())).isEqualTo(Answer.ACCEPTED);
			}
		}
		assertThat(answer("localhost", freePort())).isEqualTo(Answer.REFUSED);
	}

	@Test
	void whatCannotBeAskedSaysNothingOfTheAddress() throws Exception {
		assertThat(answer("not a name", 80)).isEqualTo(Answer.FAILED_HERE);
		assertThat(answer(LOOPBACK, 65_536)).isEqualTo(Answer.FAILED_HERE);
	}

	@Test
	void aNameForWhoseLookupThereIsNoThreadIsAnsweredAllTheSame() throws Exception {
		try (TcpProbe without = new TcpProbe(this::thread, (lookup) -> {
			throw new OutOfMemoryError("as a test has it");
		}, PATIENCE)) {
			assertThat(answer(without, "localhost", 80)).isEqualTo(Answer.FAILED_HERE);
			assertThat(answer(without, LOOPBACK, freePort())).isEqualTo(Answer.REFUSED);
		}
	}

	@Test
	void withoutAThreadEveryQuestionIsAnsweredAndTheNextOneBeginsIt() throws Exception {
		AtomicInteger missing = new AtomicInteger(2);
		try (TcpProbe late = new TcpProbe((task) -> {
			if (missing.getAndDecrement() > 0) {
				throw new OutOfMemoryError("as a test has it");
			}
			return thread(task);
		}, this.lookups, PATIENCE)) {
			int port = freePort();
			assertThat(answer(late, LOOPBACK, port)).isEqualTo(Answer.FAILED_HERE);
			assertThat(answer(late, LOOPBACK, port)).isEqualTo(Answer.FAILED_HERE);
			assertThat(answer(late, LOOPBACK, port)).isEqualTo(Answer.REFUSED);
		}
	}

	@Test
	void oneThreadIsBegunAtTheFirstQuestionAndEndsWithTheProbe() throws Exception {
		assertThat(this.begun).isEmpty();
		int port = freePort();
		for (int i = 0; i < 10; i++) {
			answer(LOOPBACK, port);
		}
		Thread only = this.begun.remove();
		assertThat(this.begun).isEmpty();
		this.probe.close();
		only.join(5_000);
		assertThat(only.isAlive()).isFalse();
	}

	@Test
	void whoeverWaitsOrAsksAfterTheEndIsToldThatItCouldNotBeAsked() throws Exception {
		TcpProbe patient = new TcpProbe(this::thread, this.lookups, Duration.ofMinutes(1));
		try (ServerSocket silent = silent()) {
			List<CompletableFuture<Answer>> answers = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				answers.add(ask(patient, LOOPBACK, silent.getLocalPort()));
			}
			patient.close();
			for (CompletableFuture<Answer> answer : answers) {
				assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo(Answer.FAILED_HERE);
			}
			patient.close();
			assertThat(answer(patient, LOOPBACK, silent.getLocalPort())).isEqualTo(Answer.FAILED_HERE);
		}
	}

	@Test
	void at64OpenConnectionsOthersWaitForTheirTurn() throws Exception {
		try (ServerSocket silent = silent(); ServerSocket server = listening(LOOPBACK)) {
			BlockingQueue<Answer> order = new LinkedBlockingQueue<>();
			for (int i = 0; i < 63; i++) {
				this.probe.ask(LOOPBACK, silent.getLocalPort(), order::add);
			}
			this.probe.ask(LOOPBACK, server.getLocalPort(), order::add);
			assertThat(order.poll(5, TimeUnit.SECONDS)).as("has the 64th").isEqualTo(Answer.ACCEPTED);
			for (int i = 0; i < 64; i++) {
				this.probe.ask(LOOPBACK, silent.getLocalPort(), order::add);
			}
			this.probe.ask(LOOPBACK, server.getLocalPort(), order::add);
			assertThat(order.poll(5, TimeUnit.SECONDS)).as("gives its place up").isEqualTo(Answer.NO_ANSWER);
			for (int i = 1; i < 63 + 64 + 1; i++) {
				assertThat(order.poll(5, TimeUnit.SECONDS)).isNotNull();
			}
		}
	}

	@Test
	void anAskerThatThrowsKeepsNobodyFromTheirAnswer() throws Exception {
		this.probe.ask(LOOPBACK, freePort(), (answer) -> {
			throw new OutOfMemoryError("as a test has it");
		});
		assertThat(answer(LOOPBACK, freePort())).isEqualTo(Answer.REFUSED);
		assertThat(this.begun).hasSize(1);
	}

	private Thread thread(Runnable task) {
		Thread thread = new Thread(task, "probe-under-test");
		thread.setDaemon(true);
		this.begun.add(thread);
		return thread;
	}

	private Answer answer(String host, int port) throws Exception {
		return answer(this.probe, host, port);
	}

	private static Answer answer(TcpProbe probe, String host, int port) throws Exception {
		return ask(probe, host, port).get(10, TimeUnit.SECONDS);
	}

	private static CompletableFuture<Answer> ask(TcpProbe probe, String host, int port) {
		CompletableFuture<Answer> answer = new CompletableFuture<>();
		probe.ask(host, port, answer::complete);
		return answer;
	}

	private static ServerSocket listening(String host) throws IOException {
		return new ServerSocket(0, 50, InetAddress.getByName(host));
	}

	private static int freePort() throws IOException {
		try (ServerSocket closedAtOnce = listening(LOOPBACK)) {
			return closedAtOnce.getLocalPort();
		}
	}

	/** Listens, but has no place for a further connection: the kernel says nothing. */
	private ServerSocket silent() throws IOException {
		InetAddress loopback = InetAddress.getLoopbackAddress();
		ServerSocket server = new ServerSocket(0, 1, loopback);
		while (this.waiting.size() < 100) {
			Socket next = new Socket();
			this.waiting.add(next);
			try {
				next.connect(new InetSocketAddress(loopback, server.getLocalPort()), 100);
			}
			catch (SocketTimeoutException full) {
				return server;
			}
		}
		throw new IllegalStateException("The kernel takes any number of connections");
	}

}
