package io.github.etcddiscovery.samples.hello.client;

import java.util.concurrent.TimeUnit;

import io.github.etcddiscovery.samples.hello.proto.HelloReq;
import io.github.etcddiscovery.samples.hello.proto.HelloResp;
import io.github.etcddiscovery.samples.hello.proto.HelloServiceGrpc.HelloServiceBlockingStub;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/** Says hello a few times. */
@Component
class Greetings implements ApplicationRunner {

	private static final Logger log = LoggerFactory.getLogger(Greetings.class);

	private final HelloServiceBlockingStub hello;

	private final int calls;

	Greetings(HelloServiceBlockingStub hello, @Value("${calls}") int calls) {
		this.hello = hello;
		this.calls = calls;
	}

	@Override
	public void run(ApplicationArguments arguments) {
		for (int call = 1; call <= this.calls; call++) {
			HelloResp answer = greet("call " + call);
			log.info("{} from {}", answer.getMessage(), answer.getInstance());
		}
	}

	/** Waits for an instance where there is none yet, but not for ever. */
	HelloResp greet(String name) {
		return this.hello.withWaitForReady()
			.withDeadlineAfter(20, TimeUnit.SECONDS)
			.sayHello(HelloReq.newBuilder().setName(name).build());
	}

}
