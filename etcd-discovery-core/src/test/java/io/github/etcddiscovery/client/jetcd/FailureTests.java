package io.github.etcddiscovery.client.jetcd;

import java.net.ConnectException;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLHandshakeException;

import io.github.etcddiscovery.EtcdDiscoveryException;
import io.github.etcddiscovery.EtcdDiscoveryException.Kind;
import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class FailureTests {

	private static final List<Endpoint> ENDPOINTS = Endpoint.parseAll(List.of("a:1", "b:2"), false);

	@ParameterizedTest
	@CsvSource(textBlock = """
			UNAVAILABLE,         io exception,                                              UNAVAILABLE
			UNAVAILABLE,         'etcdserver: no leader',                                   UNAVAILABLE
			UNAVAILABLE,         ,                                                          UNAVAILABLE
			DEADLINE_EXCEEDED,   deadline exceeded after 2.9s,                              UNAVAILABLE
			UNKNOWN,             channel closed,                                            UNAVAILABLE
			INTERNAL,            http2 exception,                                           UNAVAILABLE
			CANCELLED,           ,                                                          UNAVAILABLE
			UNAUTHENTICATED,     'etcdserver: invalid auth token',                          UNAVAILABLE
			INVALID_ARGUMENT,    'etcdserver: revision of auth store is old',               UNAVAILABLE
			RESOURCE_EXHAUSTED,  'etcdserver: too many requests',                           OVERLOADED
			RESOURCE_EXHAUSTED,  'HTTP/2 error code: ENHANCE_YOUR_CALM Bandwidth exhausted',  UNAVAILABLE
			RESOURCE_EXHAUSTED,  ,                                                          UNAVAILABLE
			UNAVAILABLE,         'etcdserver: rpc not supported for learner',               UNAVAILABLE
			NOT_FOUND,           no such thing,                                             UNAVAILABLE
			PERMISSION_DENIED,   HTTP status code 403,                                      UNAVAILABLE
			UNAUTHENTICATED,     HTTP status code 401,                                      UNAVAILABLE
			NOT_FOUND,           'etcdserver: requested lease not found',                   LEASE_NOT_FOUND
			OUT_OF_RANGE,        'etcdserver: mvcc: required revision has been compacted',  COMPACTED
			OUT_OF_RANGE,        'etcdserver: mvcc: required revision is a future revision', REFUSED
			INVALID_ARGUMENT,    'etcdserver: authentication failed, invalid user ID or password', LOGIN_REFUSED
			INVALID_ARGUMENT,    'etcdserver: user name is empty',                          LOGIN_REFUSED
			UNAUTHENTICATED,     no credentials to be had,                                  LOGIN_REFUSED
			PERMISSION_DENIED,   'etcdserver: permission denied',                           PERMISSION_DENIED
			RESOURCE_EXHAUSTED,  'etcdserver: mvcc: database space exceeded',               NO_SPACE
			RESOURCE_EXHAUSTED,  'gRPC message exceeds maximum size 67108864: 99999999',    REFUSED
			INVALID_ARGUMENT,    'etcdserver: too many operations in txn request',          REFUSED
			FAILED_PRECONDITION, anything,                                                  REFUSED
			UNIMPLEMENTED,       HTTP status code 404,                                      UNAVAILABLE
			""")
	void whatEtcdSaysDecidesTheKind(Status.Code code, String description, Kind expected) {
		Throwable error = code.toStatus().withDescription(description).asRuntimeException();
		assertThat(failure(error).kind()).isEqualTo(expected);
		assertThat(failure(new CompletionException(error)).kind()).isEqualTo(expected);
	}

	@ParameterizedTest
	@EnumSource(Status.Code.class)
	void everyStatusHasAMessageThatNamesWhatAndWhere(Status.Code code) {
		assertThat(failure(code.toStatus().asRuntimeException()))
			.hasMessageStartingWith("read of [a, b) failed at http://a:1, http://b:2: ")
			.hasMessageNotContaining("null");
	}

	@Test
	void deepestCauseIsNamed() {
		Throwable refused = Status.UNAVAILABLE.withDescription("io exception")
			.withCause(new ConnectException("Connection refused: /10.0.0.5:2379")
				.initCause(new ConnectException("Connection refused")))
			.asRuntimeException();
		assertThat(failure(refused))
			.hasMessageContaining("io exception (ConnectException: Connection refused: "
					+ "/10.0.0.5:2379). Check that etcd runs and can be reached there")
			.hasCause(refused);
	}

	@Test
	void faultOfTlsIsNamedAsOne() {
		Throwable refused = Status.UNAVAILABLE.withDescription("io exception")
			.withCause(new SSLHandshakeException("No name matching etcd found"))
			.asRuntimeException();
		assertThat(failure(refused)).hasMessageContaining("No name matching etcd found")
			.hasMessageContaining("Check certificates");
	}

	@Test
	void causeWithoutAMessageIsNamedByItsType() {
		Throwable refused = Status.UNAVAILABLE.withCause(new java.nio.channels.ClosedChannelException())
			.asRuntimeException();
		assertThat(failure(refused)).hasMessageContaining("ClosedChannelException");
	}

	@Test
	void nothingOfTheAnswerIsRepeatedUnescapedOrAtLength() {
		Throwable refused = Status.INVALID_ARGUMENT.withDescription("a\t\u001b[31m" + "x".repeat(10_000))
			.asRuntimeException();
		assertThat(failure(refused).getMessage()).contains("a\\x09\\x1b[31m").hasSizeLessThan(1000);
	}

	@Test
	void ofATextOfManyLinesTheFirstIsRepeated() {
		Throwable refused = Status.UNAVAILABLE.withDescription("http2 exception\r\nwith more")
			.withCause(new ConnectException("First received frame was not SETTINGS.\nHex dump: 48545450"))
			.asRuntimeException();
		assertThat(failure(refused)).hasMessageContaining(
				": http2 exception (ConnectException: First received frame was not SETTINGS.). Check");
	}

	@Test
	void nothingIsSaidOfRetriesWhichTheCallerKnowsOf() {
		assertThat(failure(Status.UNAVAILABLE.asRuntimeException())).hasMessageEndingWith("can be reached there");
	}

	@Test
	void ofAnotherClusterTheAdviceIsToGiveTheEndpointsOfOne() {
		assertThat(failure(Status.UNAVAILABLE.withDescription(AnswerCheck.OTHER_CLUSTER + " at /10.0.0.5:2379")
			.asRuntimeException()))
			.hasMessageContaining("at /10.0.0.5:2379. If this lasts, give the endpoints of one cluster");
	}

	@Test
	void exceptionOfOursPassesUnchanged() {
		EtcdDiscoveryException ours = Failure.closed("probe");
		assertThat(failure(new CompletionException(ours))).isSameAs(ours);
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			'etcdserver: permission denied',                                           PERMISSION_DENIED
			'rpc error: code = PermissionDenied desc = etcdserver: permission denied', PERMISSION_DENIED
			'etcdserver: mvcc: required revision has been compacted',                  COMPACTED
			'etcdserver: invalid auth token',                                          UNAVAILABLE
			'etcdserver: no leader',                                                   UNAVAILABLE
			'',                                                                        UNAVAILABLE
			""")
	void reasonOfACancelledWatchDecidesTheKind(String reason, Kind expected) {
		assertThat(failure(Failure.cancelled(reason).asRuntimeException()).kind()).isEqualTo(expected);
	}

	@ParameterizedTest
	@EnumSource(value = Kind.class, names = { "LOGIN_REFUSED", "PERMISSION_DENIED", "NO_SPACE" })
	void refusalIsAnAnswer(Kind kind) {
		assertThat(kind.refused()).isTrue();
		assertThat(Failure.unanswered(Status.PERMISSION_DENIED.asRuntimeException())).isFalse();
		assertThat(Failure.unanswered(new CompletionException(Status.UNAVAILABLE.asRuntimeException()))).isTrue();
	}

	@ParameterizedTest
	@EnumSource(Kind.class)
	void onlyLoginPermissionAndSpaceAreRefusalsAndWhatIsCertainlyNotAppliedIsKnown(Kind kind) {
		assertThat(kind.refused())
			.isEqualTo(kind == Kind.LOGIN_REFUSED || kind == Kind.PERMISSION_DENIED || kind == Kind.NO_SPACE);
		assertThat(kind.certainlyNotApplied()).isEqualTo(kind == Kind.LOGIN_REFUSED || kind == Kind.PERMISSION_DENIED
				|| kind == Kind.LEASE_NOT_FOUND || kind == Kind.OVERLOADED);
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			UNIMPLEMENTED,      ,                                            true,  true
			UNIMPLEMENTED,      HTTP status code 404,                        true,  true
			RESOURCE_EXHAUSTED, HTTP/2 error code: ENHANCE_YOUR_CALM,        false, true
			RESOURCE_EXHAUSTED, 'etcdserver: too many requests',             false, false
			RESOURCE_EXHAUSTED, 'gRPC message exceeds maximum size 1: 2',    false, false
			UNAVAILABLE,        'etcdserver: rpc not supported for learner', true,  true
			UNAVAILABLE,        io exception,                                false, false
			PERMISSION_DENIED,  'etcdserver: permission denied',             false, false
			NOT_FOUND,          'etcdserver: requested lease not found',     false, false
			DEADLINE_EXCEEDED,  ,                                            false, false
			""")
	void whatEtcdCannotHaveAnsweredIsAskedElsewhere(Status.Code code, String description, boolean write, boolean read) {
		Throwable error = code.toStatus().withDescription(description).asRuntimeException();
		assertThat(Failure.canBeRepeated(error, true)).isEqualTo(write);
		assertThat(Failure.canBeRepeated(new CompletionException(error), false)).isEqualTo(read);
		assertThat(Failure.foreign(Failure.status(error))).isEqualTo(read);
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			RESOURCE_EXHAUSTED, 'gRPC message exceeds maximum size 67108864: 99999999',                   true
			RESOURCE_EXHAUSTED, 'Decompressed gRPC message exceeds maximum size 67108864',                true
			RESOURCE_EXHAUSTED, 'grpc: received message larger than max (99999999 vs. 67108864)',         true
			RESOURCE_EXHAUSTED, 'grpc: trying to send message larger than max (99999999 vs. 2147483647)', true
			RESOURCE_EXHAUSTED, 'etcdserver: too many requests',                                          false
			RESOURCE_EXHAUSTED, ,                                                                         false
			UNAVAILABLE,        larger than max,                                                          false
			""")
	void anAnswerThatIsTooLargeIsToldFromOtherRefusals(Status.Code code, String description, boolean expected) {
		Throwable error = code.toStatus().withDescription(description).asRuntimeException();
		assertThat(Failure.tooLarge(error)).isEqualTo(expected);
		assertThat(Failure.tooLarge(new CompletionException(failure(error)))).isEqualTo(expected);
	}

	private static EtcdDiscoveryException failure(Throwable error) {
		return Failure.of("read of [a, b)", ENDPOINTS, error);
	}

	@Test
	void whatForeignCodeSaysIsEscaped() {
		assertThat(EtcdDiscoveryException.of("read of a", new IllegalStateException("no\nsuch\u001b[1m entry")))
			.hasMessage("read of a: java.lang.IllegalStateException: no\\x0asuch\\x1b[1m entry");
	}

	@Test
	void aConnectionThatJustEndsCanBeOfOneThatSpeaksNoTls() {
		Throwable reset = Status.UNAVAILABLE.withCause(new SocketException("Connection reset")).asRuntimeException();
		assertThat(Failure.of("read", Endpoint.parseAll(List.of("https://a:1"), false), reset))
			.hasMessageContaining("speaks TLS and accepts our certificate");
		assertThat(Failure.of("read", Endpoint.parseAll(List.of("http://a:1"), false), reset).getMessage())
			.doesNotContain("TLS");
	}

}
