package io.github.etcddiscovery.grpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;

/** A gRPC service without generated code: it says who answers. */
final class Echo {

	static final MethodDescriptor<String, String> WHO = MethodDescriptor.<String, String>newBuilder()
		.setType(MethodDescriptor.MethodType.UNARY)
		.setFullMethodName("test.Echo/Who")
		.setRequestMarshaller(new Text())
		.setResponseMarshaller(new Text())
		.build();

	private Echo() {
	}

	static ServerServiceDefinition answering(Supplier<String> name) {
		return ServerServiceDefinition.builder("test.Echo")
			.addMethod(WHO, ServerCalls.asyncUnaryCall((request, out) -> {
				out.onNext(name.get());
				out.onCompleted();
			}))
			.build();
	}

	/** Fails, not waits, where there is nobody to answer. */
	static String call(Channel channel) {
		return ClientCalls.blockingUnaryCall(channel, WHO, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
				"who?");
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

	private static final class Text implements MethodDescriptor.Marshaller<String> {

		@Override
		public InputStream stream(String value) {
			return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
		}

		@Override
		public String parse(InputStream stream) {
			try {
				return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
