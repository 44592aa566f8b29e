package io.github.etcddiscovery.samples.hello.server;

import io.github.etcddiscovery.samples.hello.proto.HelloReq;
import io.github.etcddiscovery.samples.hello.proto.HelloResp;
import io.github.etcddiscovery.samples.hello.proto.HelloServiceGrpc;
import io.grpc.stub.StreamObserver;

import org.springframework.cloud.client.serviceregistry.Registration;
import org.springframework.grpc.server.service.GrpcService;

/** Greets, and says who it is. */
@GrpcService
class HelloService extends HelloServiceGrpc.HelloServiceImplBase {

	private final Registration self;

	HelloService(Registration self) {
		this.self = self;
	}

	@Override
	public void sayHello(HelloReq request, StreamObserver<HelloResp> answer) {
		answer.onNext(HelloResp.newBuilder()
			.setMessage("Hello " + request.getName())
			.setInstance(this.self.getHost() + ":" + this.self.getPort())
			.build());
		answer.onCompleted();
	}

}
