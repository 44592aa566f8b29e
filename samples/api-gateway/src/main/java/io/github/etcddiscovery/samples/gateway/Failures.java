package io.github.etcddiscovery.samples.gateway;

import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Says what went wrong: <code>{"error": reason}</code> for a request that is not valid,
 * an {@link Answer} with a code for a valid one that the service could not serve.
 */
@RestControllerAdvice
class Failures extends ResponseEntityExceptionHandler {

	private static final Logger log = LoggerFactory.getLogger(Failures.class);

	@ExceptionHandler
	Answer unavailable(UnavailableException failure) {
		log.warn("{}: {}", failure.getMessage(), String.valueOf(failure.getCause()));
		return new Answer(Answer.SERVICE_ERROR, String.valueOf(failure.getMessage()), null);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleExceptionInternal(Exception failure, @Nullable Object body,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		return super.handleExceptionInternal(failure, Map.of("error", reason(failure)), headers, status, request);
	}

	private static String reason(Exception failure) {
		if (failure instanceof MethodArgumentNotValidException invalid) {
			return reason(invalid);
		}
		if (failure instanceof HttpMessageNotReadableException) {
			// The parser's own words may repeat the body, and with it a password.
			return "the body must be JSON with the strings username and password";
		}
		String detail = (failure instanceof ErrorResponse response) ? response.getBody().getDetail() : null;
		return (detail != null) ? detail : "the request is not valid";
	}

	private static String reason(MethodArgumentNotValidException invalid) {
		return invalid.getFieldErrors()
			.stream()
			.map((error) -> error.getField() + ": " + error.getDefaultMessage())
			.sorted()
			.collect(Collectors.joining("; "));
	}

}
