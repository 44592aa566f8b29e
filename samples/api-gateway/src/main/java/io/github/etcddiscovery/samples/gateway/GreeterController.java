package io.github.etcddiscovery.samples.gateway;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * What browsers call, where there is a greeter.
 */
@RestController
@RequestMapping("/api")
@ConditionalOnProperty(GreeterConfiguration.SERVICE)
class GreeterController {

	private final GreeterClient greeter;

	GreeterController(GreeterClient greeter) {
		this.greeter = greeter;
	}

	@GetMapping("/greet")
	Answer greet(@RequestParam String name) {
		return new Answer(0, "success", this.greeter.greet(name));
	}

}
