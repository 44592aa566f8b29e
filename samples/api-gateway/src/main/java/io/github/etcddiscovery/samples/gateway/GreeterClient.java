package io.github.etcddiscovery.samples.gateway;

import java.util.concurrent.TimeUnit;

import com.google.protobuf.StringValue;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;

/**
 * The greeter, wherever its instances are. Its messages come with protobuf, so that
 * nothing has to be generated for one method.
 */
class GreeterClient {

	private static final MethodDescriptor<StringValue, StringValue> SAY = MethodDescriptor
		.<StringValue, StringValue>newBuilder()
		.setType(MethodDescriptor.MethodType.UNARY)
		.setFullMethodName("interop.Echo/Say")
		.setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
		.setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
		.build();

	private final Channel channel;

	GreeterClient(Channel channel) {
		this.channel = channel;
	}

	/**
	 * Asks for a greeting.
	 * @param name name of the user
	 * @return what the service answered
	 * @throws UnavailableException when no instance answered
	 */
	String greet(String name) {
		try {
			return ClientCalls
				.blockingUnaryCall(this.channel, SAY, CallOptions.DEFAULT.withDeadlineAfter(3, TimeUnit.SECONDS),
						StringValue.of("hello " + name))
				.getValue();
		}
		catch (StatusRuntimeException ex) {
			throw new UnavailableException("greeter", ex);
		}
	}

}
