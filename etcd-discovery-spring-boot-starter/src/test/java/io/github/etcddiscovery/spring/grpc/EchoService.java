package io.github.etcddiscovery.spring.grpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A gRPC service without generated code: it answers with the name of its application. */
final class EchoService implements BindableService {

	private static final MethodDescriptor<String, String> SAY = MethodDescriptor.<String, String>newBuilder()
		.setType(MethodDescriptor.MethodType.UNARY)
		.setFullMethodName("test.Echo/Say")
		.setRequestMarshaller(new Text())
		.setResponseMarshaller(new Text())
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
				out.onNext(answer(request));
				out.onCompleted();
			}))
			.build();
	}

	static String call(Channel channel) {
		return call(channel, "who?");
	}

	static String call(Channel channel, String request) {
		return ClientCalls.blockingUnaryCall(channel, SAY, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
				request);
	}

	/** Makes an application a gRPC server. */
	@Configuration(proxyBeanMethods = false)
	static class Server {

		@Bean
		EchoService echoService(@Value("${greeting:hello}") String name) {
			return new EchoService(name);
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
