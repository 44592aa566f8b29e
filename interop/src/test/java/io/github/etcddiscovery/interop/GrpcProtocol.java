package io.github.etcddiscovery.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

import com.google.protobuf.StringValue;
import io.github.etcddiscovery.Instance;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;

/**
 * Method {@code interop.Echo/Say}, as {@code interop/go/peers/grpcecho.go}.
 */
class GrpcProtocol implements Protocol {

	private static final MethodDescriptor<StringValue, StringValue> SAY = MethodDescriptor
		.<StringValue, StringValue>newBuilder()
		.setType(MethodDescriptor.MethodType.UNARY)
		.setFullMethodName("interop.Echo/Say")
		.setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
		.setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
		.build();

	@Override
	public Served serve(String host, String name) {
		ServerServiceDefinition echo = ServerServiceDefinition.builder("interop.Echo")
			.addMethod(SAY, ServerCalls.asyncUnaryCall((request, answer) -> {
				answer.onNext(StringValue.of(name + ": " + request.getValue()));
				answer.onCompleted();
			}))
			.build();
		try {
			Server server = NettyServerBuilder.forAddress(new InetSocketAddress(host, 0))
				.addService(echo)
				.build()
				.start();
			return new Served(server.getPort(), server::shutdownNow);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String call(Instance instance, String text) {
		ManagedChannel channel = Grpc.newChannelBuilder(instance.address(), InsecureChannelCredentials.create())
			.build();
		try {
			return call(channel, text);
		}
		finally {
			channel.shutdownNow();
		}
	}

	/** Calls by any channel. */
	static String call(Channel channel, String text) {
		return ClientCalls
			.blockingUnaryCall(channel, SAY, CallOptions.DEFAULT.withDeadlineAfter(3, TimeUnit.SECONDS),
					StringValue.of(text))
			.getValue();
	}

}
