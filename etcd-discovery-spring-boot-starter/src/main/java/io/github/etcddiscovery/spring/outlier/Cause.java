package io.github.etcddiscovery.spring.outlier;

/** Why an instance is not chosen. */
enum Cause {

	CONNECTION("connection", "it refused a connection, or did not accept one in time"),

	READ_TIMEOUT("read_timeout", "it did not answer in time"),

	BROKEN("broken", "connections to it broke before it had answered"),

	STATUS("status", "it answered with statuses that count against it while others answered well"),

	STUCK("stuck", "none of the calls to it has ended for a while while others answered"),

	BY_HAND("by_hand", "it was ejected by hand");

	private final String tag;

	private final String text;

	Cause(String tag, String text) {
		this.tag = tag;
		this.text = text;
	}

	/** A word that is fit for a tag of a meter. */
	String tag() {
		return this.tag;
	}

	/** Tells whether something was thrown that says more. */
	boolean isThrown() {
		return this == CONNECTION || this == READ_TIMEOUT || this == BROKEN;
	}

	/** A clause for the log. */
	String text() {
		return this.text;
	}

}
