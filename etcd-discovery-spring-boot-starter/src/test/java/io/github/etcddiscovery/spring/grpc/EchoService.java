package io.github.etcddiscovery.spring.grpc;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.google.protobuf.StringValue;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A gRPC service without generated code: it answers with the name of its application. */
final class EchoService implements BindableService {

	private static final MethodDescriptor<StringValue, StringValue> SAY = MethodDescriptor
		.<StringValue, StringValue>newBuilder()
		.setType(MethodDescriptor.MethodType.UNARY)
		.setFullMethodName("test.Echo/Say")
		.setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
		.setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
		.build();

	final CountDownLatch entered = new CountDownLatch(1);

	final CountDownLatch release = new CountDownLatch(1);

	private final String name;

	private EchoService(String name) {
		this.name = name;
	}

	/** Answers at once, or to "wait" when it is released. */
	private String answer(String request) {
		if (request.equals("wait")) {
			this.entered.countDown();
			try {
				this.release.await(20, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
		return this.name;
	}

	@Override
	public ServerServiceDefinition bindService() {
		return ServerServiceDefinition.builder("test.Echo")
			.addMethod(SAY, ServerCalls.asyncUnaryCall((request, out) -> {
				out.onNext(StringValue.of(answer(request.getValue())));
				out.onCompleted();
			}))
			.build();
	}

	static String call(Channel channel) {
		return call(channel, "who?");
	}

	static String call(Channel channel, String request) {
		return ClientCalls
			.blockingUnaryCall(channel, SAY, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
					StringValue.of(request))
			.getValue();
	}

	/** Makes an application a gRPC server. */
	@Configuration(proxyBeanMethods = false)
	static class Server {

		@Bean
		EchoService echoService(@Value("${greeting:hello}") String name) {
			return new EchoService(name);
		}

	}

}
