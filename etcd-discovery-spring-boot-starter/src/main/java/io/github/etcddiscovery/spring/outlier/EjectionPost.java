package io.github.etcddiscovery.spring.outlier;

import java.util.function.Consumer;
import java.util.function.Predicate;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.spring.EndpointPost;
import org.jspecify.annotations.Nullable;

/**
 * Ejects an instance by hand, or gives it back, for the balancers of this application.
 */
public final class EjectionPost implements EndpointPost {

	private final String member;

	private final Predicate<String> action;

	private EjectionPost(String member, Predicate<String> action) {
		this.member = member;
		this.action = action;
	}

	/**
	 * What {@code {"eject":"host:port"}} does.
	 * @param outliers who ejects
	 * @param lookUp hands over to it the lists of services that nobody has called yet, as
	 * far as they have an instance at that address
	 * @return the action
	 */
	public static EjectionPost eject(Outliers outliers, Consumer<String> lookUp) {
		return new EjectionPost("eject", (hostPort) -> {
			lookUp.accept(hostPort);
			return outliers.eject(hostPort);
		});
	}

	/**
	 * What {@code {"return":"host:port"}} does.
	 * @param outliers who gives back
	 * @return the action
	 */
	public static EjectionPost giveBack(Outliers outliers) {
		return new EjectionPost("return", outliers::giveBack);
	}

	@Override
	public String member() {
		return this.member;
	}

	@Override
	public void accept(@Nullable Object value) {
		if (!(value instanceof String hostPort)) {
			throw new IllegalArgumentException(
					this.member + " is " + value + " (expected: a text with the host:port of an instance)");
		}
		if (!this.action.test(hostPort)) {
			throw new IllegalArgumentException(this.member + ": this application knows no service with an instance at "
					+ Bytes.utf8(hostPort) + " (expected: the host:port of one that it follows or has called)");
		}
	}

}
