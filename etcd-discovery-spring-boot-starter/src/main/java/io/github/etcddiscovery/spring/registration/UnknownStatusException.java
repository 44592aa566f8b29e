package io.github.etcddiscovery.spring.registration;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;

/**
 * A status that does not exist. By HTTP, at Spring Cloud's endpoint, the fault of who
 * asks for it.
 */
@ResponseStatus(HttpStatus.BAD_REQUEST)
final class UnknownStatusException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	UnknownStatusException(String message) {
		super(message);
	}

}
