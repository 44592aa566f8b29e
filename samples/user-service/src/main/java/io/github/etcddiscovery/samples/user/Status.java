package io.github.etcddiscovery.samples.user;

/**
 * How a call ended, in the numbers that callers know.
 */
enum Status {

	SUCCESS(0, "success"), USER_ALREADY_EXISTS(10003, "user already exists"),
	AUTHORIZATION_FAILED(10004, "authorization failed");

	private final int code;

	private final String message;

	Status(int code, String message) {
		this.code = code;
		this.message = message;
	}

	int code() {
		return this.code;
	}

	String message() {
		return this.message;
	}

}
