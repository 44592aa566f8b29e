package io.github.etcddiscovery.spring.outlier;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import javax.net.ssl.SSLHandshakeException;

import io.netty.handler.timeout.ReadTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.http.HttpStatus;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Exceptions made the way the clients make them, for what cannot be provoked on every
 * machine. The module {@code callers} has the real ones.
 */
class FailedCallTests {

	static Stream<Arguments> unreachable() {
		return Stream.of(arguments("JDK, refused", chain(new ConnectException(), new ClosedChannelException())),
				arguments("JDK, not accepted in time", new HttpConnectTimeoutException("HTTP connect timed out")),
				arguments("Simple, not accepted in time", new SocketTimeoutException("Connect timed out")),
				arguments("Jetty, not accepted in time", new SocketTimeoutException("Connect Timeout")),
				arguments("the system, not accepted in time", new ConnectException("Connection timed out")),
				arguments("no such machine in the network", new NoRouteToHostException("No route to host")),
				arguments("Gateway MVC, refused",
						new ResourceAccessException("I/O error", new ConnectException("Connection refused"))));
	}

	static Stream<Arguments> readTimedOut() {
		return Stream.of(arguments("JDK", new HttpTimeoutException("request timed out")),
				arguments("Simple", new SocketTimeoutException("Read timed out")),
				arguments("Netty", chain(new IOException("failed"), ReadTimeoutException.INSTANCE)),
				arguments("Jetty", chain(new IOException("timed out"), new TimeoutException("Idle timeout expired"))),
				arguments("Gateway WebFlux", new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT, "longer",
						new TimeoutException("Response took longer than timeout: PT1S"))));
	}

	static Stream<Arguments> broken() {
		return Stream.of(
				arguments("JDK, closed",
						chain(new IOException("HTTP/1.1 header parser received no bytes"), new EOFException())),
				arguments("reset", new SocketException("Connection reset")),
				arguments("reset, as channels say it", new IOException("Connection reset by peer")),
				arguments("TLS, closed while shaking hands",
						chain(new SSLHandshakeException("Remote host terminated the handshake"), new EOFException())),
				arguments("HTTP/2, going away", new IOException("/127.0.0.1:80: GOAWAY received")));
	}

	static Stream<Arguments> saysNothing() {
		return Stream.of(arguments("no port, Simple and Feign", new BindException("Cannot assign requested address")),
				arguments("no port, JDK", chain(new ConnectException(), new BindException("Cannot assign it"))),
				arguments("no port, Netty on epoll",
						new ConnectException("connect(..) failed: Cannot assign requested address")),
				arguments("no port, macOS", new SocketException("Can't assign requested address")),
				arguments("no descriptor, JDK",
						chain(new ConnectException(), new SocketException("Too many open files"))),
				arguments("no descriptor, Simple", new SocketException("Too many open files")),
				arguments("own network gone", new SocketException("Network is unreachable")),
				arguments("unresolved, JDK", chain(new ConnectException(), new UnresolvedAddressException())),
				arguments("unresolved, Simple", new UnknownHostException("no-such-host")),
				arguments("interrupt, JDK", chain(new IOException("interrupted"), new InterruptedException())),
				arguments("interrupt of a channel", new ClosedByInterruptException()),
				arguments("interrupt of a virtual thread", new SocketException("Closed by interrupt")),
				arguments("cancelled", chain(new IOException("cancelled"), new CancellationException())),
				arguments("pool, Apache", new InterruptedIOException("Timeout deadline: 100 MILLISECONDS")),
				arguments("pool, Netty", new PoolAcquireTimeoutException()),
				arguments("TLS trust",
						chain(new SSLHandshakeException("not trusted"), new CertificateException("unknown"))),
				arguments("the gateway's own caller has gone",
						chain(new ClientAbortException(), new SocketTimeoutException("Read timed out"))),
				arguments("something else", new IllegalStateException("a defect of the caller")));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("unreachable")
	void aConnectionThatIsNotAccepted(String kind, Throwable failure) {
		assertThat(FailedCall.outcome(failure)).isEqualTo(Outcome.UNREACHABLE);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("readTimedOut")
	void anAnswerThatDoesNotCome(String kind, Throwable failure) {
		assertThat(FailedCall.outcome(failure)).isEqualTo(Outcome.READ_TIMED_OUT);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("broken")
	void aConnectionThatBreaks(String kind, Throwable failure) {
		assertThat(FailedCall.outcome(failure)).isEqualTo(Outcome.BROKEN);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("saysNothing")
	void whatFailedInTheCaller(String kind, Throwable failure) {
		assertThat(FailedCall.outcome(failure)).isEqualTo(Outcome.SAYS_NOTHING);
	}

	@Test
	void withoutAnExceptionNothingIsKnown() {
		assertThat(FailedCall.outcome(null)).isEqualTo(Outcome.SAYS_NOTHING);
	}

	@Test
	void causesThatGoRoundInARingEnd() {
		Exception one = new Exception("one");
		Exception other = new Exception("other", one);
		one.initCause(other);
		assertThat(FailedCall.outcome(one)).isEqualTo(Outcome.SAYS_NOTHING);
	}

	private static Throwable chain(Throwable outer, Throwable cause) {
		return outer.initCause(cause);
	}

	/** That of Reactor Netty is hidden in a package that it has shaded. */
	private static final class PoolAcquireTimeoutException extends TimeoutException {

	}

	/** That of Tomcat, by its name. */
	private static final class ClientAbortException extends IOException {

	}

}
