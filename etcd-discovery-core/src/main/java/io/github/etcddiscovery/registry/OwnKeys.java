package io.github.etcddiscovery.registry;

final class OwnKeys {

	OwnKeys(RegistryContext context) {
	}

	void follow(RegistrationLoop loop) {
	}

	void unfollow(RegistrationLoop loop) {
	}

	void close() {
	}

}
