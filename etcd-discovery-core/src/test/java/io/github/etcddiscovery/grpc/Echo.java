package io.github.etcddiscovery.grpc;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import com.google.protobuf.StringValue;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;

/** A gRPC service without generated code: it says who answers. */
final class Echo {

	private static final MethodDescriptor<StringValue, StringValue> WHO = MethodDescriptor
		.<StringValue, StringValue>newBuilder()
		.setType(MethodDescriptor.MethodType.UNARY)
		.setFullMethodName("test.Echo/Who")
		.setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
		.setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
		.build();

	private Echo() {
	}

	/** A status that is thrown is the answer. */
	static ServerServiceDefinition answering(Supplier<String> name) {
		return ServerServiceDefinition.builder("test.Echo")
			.addMethod(WHO, ServerCalls.asyncUnaryCall((request, out) -> {
				try {
					out.onNext(StringValue.of(name.get()));
					out.onCompleted();
				}
				catch (StatusRuntimeException ex) {
					out.onError(ex);
				}
			}))
			.build();
	}

	/** Fails, not waits, where there is nobody to answer. */
	static String call(Channel channel) {
		return call(channel, CallOptions.DEFAULT);
	}

	/** Waits until there is somebody to answer. */
	static String callWhenReady(Channel channel) {
		return call(channel, CallOptions.DEFAULT.withWaitForReady());
	}

	private static String call(Channel channel, CallOptions options) {
		return ClientCalls
			.blockingUnaryCall(channel, WHO, options.withDeadlineAfter(20, TimeUnit.SECONDS), StringValue.of("who?"))
			.getValue();
	}

	/** Returns why a call has failed, nothing where it has not. */
	static String failure(Channel channel) {
		try {
			call(channel);
			return "";
		}
		catch (StatusRuntimeException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

}
