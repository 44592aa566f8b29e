package io.github.etcddiscovery.interop;

import java.net.InetSocketAddress;

import io.github.etcddiscovery.Instance;
import org.apache.thrift.TConfiguration;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TField;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TProtocolUtil;
import org.apache.thrift.protocol.TStruct;
import org.apache.thrift.protocol.TType;
import org.apache.thrift.server.TThreadPoolServer;
import org.apache.thrift.transport.TServerSocket;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.TTransportException;

/**
 * Kitex's own protocol, spoken by Apache Thrift: the service of
 * {@code interop/go/kitex/echo.go}, written out by hand.
 */
class ThriftProtocol implements Protocol {

	private static final int TIMEOUT_MS = 3000;

	private static final String METHOD = "Say";

	/** The result of a method is its field 0, its first argument field 1. */
	private static final short RESULT = 0;

	private static final short ARGUMENT = 1;

	@Override
	public Served serve(String host, String name) {
		try {
			TServerSocket socket = new TServerSocket(new InetSocketAddress(host, 0));
			TThreadPoolServer server = new TThreadPoolServer(
					new TThreadPoolServer.Args(socket).processor((in, out) -> answer(in, out, name))
						.protocolFactory(new TBinaryProtocol.Factory()));
			Thread thread = new Thread(server::serve, "thrift server");
			thread.setDaemon(true);
			thread.start();
			return new Served(socket.getServerSocket().getLocalPort(), server::stop);
		}
		catch (TTransportException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void answer(TProtocol in, TProtocol out, String name) throws TException {
		TMessage asked = in.readMessageBegin();
		String text = read(in);
		write(out, new TMessage(asked.name, TMessageType.REPLY, asked.seqid), RESULT, name + ": " + text);
	}

	@Override
	public String call(Instance instance, String text) throws TException {
		try (TSocket socket = new TSocket(TConfiguration.DEFAULT, instance.host(), instance.port(), TIMEOUT_MS)) {
			socket.open();
			TProtocol protocol = new TBinaryProtocol(socket);
			write(protocol, new TMessage(METHOD, TMessageType.CALL, 1), ARGUMENT, text);
			protocol.readMessageBegin();
			return read(protocol);
		}
	}

	/** Writes a message with one field, a struct whose field 1 is the text. */
	private static void write(TProtocol out, TMessage message, short field, String text) throws TException {
		out.writeMessageBegin(message);
		out.writeStructBegin(new TStruct());
		out.writeFieldBegin(new TField("", TType.STRUCT, field));
		out.writeStructBegin(new TStruct());
		out.writeFieldBegin(new TField("text", TType.STRING, (short) 1));
		out.writeString(text);
		out.writeFieldStop();
		out.writeFieldStop();
		out.writeMessageEnd();
		out.getTransport().flush();
	}

	/** Reads what {@link #write} writes; of an exception its text. */
	private static String read(TProtocol in) throws TException {
		String text = readStruct(in);
		in.readMessageEnd();
		return text;
	}

	private static String readStruct(TProtocol in) throws TException {
		String text = "";
		in.readStructBegin();
		for (TField field = in.readFieldBegin(); field.type != TType.STOP; field = in.readFieldBegin()) {
			switch (field.type) {
				case TType.STRUCT -> text = readStruct(in);
				case TType.STRING -> text = in.readString();
				default -> TProtocolUtil.skip(in, field.type);
			}
		}
		return text;
	}

}
