package io.github.etcddiscovery.probe;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.function.Consumer;

import io.github.etcddiscovery.address.HostPort;
import io.github.etcddiscovery.probe.TcpProbe.Answer;
import org.jspecify.annotations.Nullable;

/**
 * One host and port, the addresses that are tried one after the other, and who is told.
 * Belongs to the probe's thread, but for {@link #lookUp()}.
 */
final class Question {

	private static final InetAddress[] NONE = {};

	private final String host;

	private final int port;

	private final Consumer<Answer> told;

	private volatile InetAddress @Nullable [] addresses;

	/** Position of the address that is tried next. */
	private int next;

	/** What the addresses that were tried have told so far. */
	private Answer sofar = Answer.FAILED_HERE;

	private @Nullable SocketChannel connection;

	private long deadline;

	Question(String host, int port, Consumer<Answer> told) {
		this.host = host;
		this.port = port;
		this.told = told;
		this.addresses = HostPort.isIpAddress(host) ? addresses(host) : null;
	}

	/** Finds the addresses of the name. May take long. */
	void lookUp() {
		this.addresses = addresses(this.host);
	}

	/** Returns none where there are none, whatever the reason. */
	private static InetAddress[] addresses(String host) {
		try {
			return InetAddress.getAllByName(host);
		}
		catch (UnknownHostException | RuntimeException | Error ex) {
			return NONE;
		}
	}

	boolean isResolved() {
		return this.addresses != null;
	}

	/** Sets by when what comes next has to be over. */
	void mayTake(Duration time) {
		this.deadline = System.nanoTime() + time.toNanos();
	}

	boolean isLate() {
		return this.deadline - System.nanoTime() <= 0;
	}

	long millisLeft() {
		return (this.deadline - System.nanoTime()) / 1_000_000 + 1;
	}

	/**
	 * Tries the next address, and those after it where that ends at once.
	 * @return what has come of it, or null while a connection is under way
	 */
	@Nullable Answer connect(Selector selector) {
		InetAddress[] all = this.addresses;
		while (all != null && this.next < all.length) {
			Answer answer = connect(selector, all[this.next++]);
			if (answer == null || answer == Answer.ACCEPTED) {
				return answer;
			}
			note(answer);
		}
		return this.sofar;
	}

	private @Nullable Answer connect(Selector selector, InetAddress address) {
		try {
			SocketChannel opened = SocketChannel.open();
			this.connection = opened;
			opened.configureBlocking(false);
			if (opened.connect(new InetSocketAddress(address, this.port))) {
				return accepted(opened);
			}
			opened.register(selector, SelectionKey.OP_CONNECT);
			return null;
		}
		catch (Throwable ex) {
			disconnect();
			return meaning(ex);
		}
	}

	/**
	 * Sees whether the connection has come about, and else tries the next address.
	 * @return what has come of it, or null while a connection is under way
	 */
	@Nullable Answer goOn(Selector selector) {
		Answer answer = finish();
		if (answer == null && isLate()) {
			disconnect();
			return Answer.NO_ANSWER;
		}
		if (answer == null || answer == Answer.ACCEPTED) {
			return answer;
		}
		note(answer);
		return connect(selector);
	}

	private @Nullable Answer finish() {
		try {
			SocketChannel present = this.connection;
			return (present != null && present.finishConnect()) ? accepted(present) : null;
		}
		catch (Throwable ex) {
			disconnect();
			return meaning(ex);
		}
	}

	/** A port of this machine that is free can be given to the connection itself. */
	private Answer accepted(SocketChannel connected) throws IOException {
		boolean toItself = connected.getLocalAddress().equals(connected.getRemoteAddress());
		disconnect();
		return toItself ? Answer.REFUSED : Answer.ACCEPTED;
	}

	/** Where one address cannot be asked, IPv6 perhaps, the others count. */
	private void note(Answer answer) {
		if (answer != Answer.FAILED_HERE) {
			this.sofar = answer;
		}
	}

	private static Answer meaning(Throwable thrown) {
		if (thrown instanceof NoRouteToHostException) {
			return Answer.NO_ANSWER;
		}
		if (thrown instanceof ConnectException) {
			return String.valueOf(thrown.getMessage()).contains("timed out") ? Answer.NO_ANSWER : Answer.REFUSED;
		}
		return Answer.FAILED_HERE;
	}

	/** Closes the connection, whether it has come about or not. */
	void disconnect() {
		try {
			SocketChannel present = this.connection;
			if (present != null) {
				present.close();
			}
		}
		catch (IOException | RuntimeException | Error ex) {
			// Nobody has sent anything.
		}
		this.connection = null;
	}

	/** Tells the answer; what that throws is the asker's own loss. */
	void answer(Answer answer) {
		try {
			this.told.accept(answer);
		}
		catch (Throwable ex) {
			// There may be no memory to log it.
		}
	}

}
