package io.github.etcddiscovery.samples.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

import com.google.protobuf.StringValue;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.EtcdClient;
import io.github.etcddiscovery.client.EtcdClientSettings;
import io.github.etcddiscovery.codec.InstanceCodec;
import io.github.etcddiscovery.codec.Layout;
import io.github.etcddiscovery.grpc.RegisteredServer;
import io.github.etcddiscovery.registry.EtcdRegistry;
import io.github.etcddiscovery.registry.RegistryOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;

/**
 * The gRPC service that the gateway calls, here in Java.
 */
final class Greeter implements AutoCloseable {

	static final String SERVICE = "service.music.greeter";

	private final EtcdClient etcd;

	private final EtcdRegistry registry;

	private final RegisteredServer server;

	Greeter(String endpoint) {
		this.etcd = EtcdClient.connect(EtcdClientSettings.of(endpoint));
		this.registry = EtcdRegistry.create(this.etcd,
				RegistryOptions.defaults().withLayouts(Layout.of(InstanceCodec.grpc())));
		this.server = RegisteredServer.register(this.registry, start(),
				(port) -> Instance.of(SERVICE, "127.0.0.1", port));
	}

	private static Server start() {
		MethodDescriptor<StringValue, StringValue> say = MethodDescriptor.<StringValue, StringValue>newBuilder()
			.setType(MethodDescriptor.MethodType.UNARY)
			.setFullMethodName("interop.Echo/Say")
			.setRequestMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
			.setResponseMarshaller(ProtoUtils.marshaller(StringValue.getDefaultInstance()))
			.build();
		ServerServiceDefinition echo = ServerServiceDefinition.builder("interop.Echo")
			.addMethod(say, ServerCalls.asyncUnaryCall((request, answer) -> {
				answer.onNext(StringValue.of("java: " + request.getValue()));
				answer.onCompleted();
			}))
			.build();
		try {
			return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
				.addService(echo)
				.build()
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.server.close();
		this.registry.close();
		this.etcd.close();
	}

}
