package io.github.etcddiscovery.registry;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.client.Entry;
import io.github.etcddiscovery.model.Invariants;

import static org.assertj.core.api.Assertions.assertThat;

/** What a random schedule wants of one instance. */
final class Wish {

	private static final String WEIGHT = "\"weight\":";

	private final RegistryRig rig;

	/** Whether attempts stop at FAILED: then nothing of ours may stand. */
	private final boolean givesUp;

	private final Instance instance;

	private Registration registration;

	private boolean suspended;

	private boolean closed;

	private int weight = 10;

	/** Weights that others have written since, of which any may have been taken over. */
	private final Set<Integer> edits = new HashSet<>();

	/** How often a put was asked for. */
	private int asked = 1;

	Wish(RegistryRig rig, boolean givesUp, Instance instance) {
		this.rig = rig;
		this.givesUp = givesUp;
		this.instance = instance;
		this.registration = rig.registry.register(instance);
	}

	boolean wanted() {
		return !this.closed && !this.suspended;
	}

	List<KeyStatus> wantedKeys() {
		return this.registration.keys()
			.stream()
			.filter((key) -> wanted() && !(this.givesUp && key.state() == RegistrationState.FAILED))
			.toList();
	}

	List<String> keys() {
		return this.registration.keys().stream().map(KeyStatus::key).toList();
	}

	void update() {
		if (!this.closed) {
			int next = ask();
			this.registration.update((current) -> current.withWeight(next));
		}
	}

	void suspendOrResume() {
		if (this.closed) {
			return;
		}
		this.suspended = !this.suspended;
		if (this.suspended) {
			this.registration.suspend();
		}
		else {
			this.asked++;
			this.registration.resume();
		}
	}

	void closeOrRegister(Random random) {
		boolean wasClosed = this.closed;
		if (!this.closed && random.nextInt(2) == 0) {
			RegistryRig.leave(this.registration);
			this.closed = true;
		}
		if (this.closed && (wasClosed || random.nextInt(2) == 0)) {
			this.registration = this.rig.registry.register(this.instance.withWeight(ask()));
			this.closed = false;
			this.suspended = false;
		}
	}

	private int ask() {
		this.asked++;
		this.edits.clear();
		return ++this.weight;
	}

	/**
	 * Somebody else writes another weight and leaves the lease. Lost is the edit of what
	 * we write at the same time, or is not ours.
	 */
	void edit(Random random) {
		edit(keys().get(random.nextInt(keys().size())));
	}

	private void edit(String key) {
		Entry entry = this.rig.etcd.entry(key);
		String value = (entry != null) ? entry.value().strictUtf8() : "";
		if (value.contains(WEIGHT)) {
			int edited = 1_000 + this.rig.etcd.changes().size();
			this.edits.add(edited);
			this.asked += keys().size();
			this.rig.etcd.edit(key, value.replaceFirst(WEIGHT + "\\d+", WEIGHT + edited));
		}
	}

	/** The same of a key that is well: nothing takes that edit away. */
	void editForGood(Random random) {
		this.edits.clear();
		edit(wantedKeys().get(random.nextInt(wantedKeys().size())).key());
		this.weight = this.edits.iterator().next();
	}

	/** An update that is refused leaves the key REGISTERED, and shows its problem. */
	boolean isRefused() {
		return wantedKeys().stream()
			.anyMatch((key) -> key.state() == RegistrationState.DENIED || (key.state() == RegistrationState.REGISTERED
					&& key.problem() != null && key.problem().matches("(?s).*(space exceeded|permission denied).*")));
	}

	void checkPuts() {
		keys().forEach((key) -> Invariants.everyPutHadAReason(this.rig.etcd, key, this.asked));
	}

	void check() {
		for (KeyStatus key : wantedKeys()) {
			assertThat(key.state()).as(key.key()).isEqualTo(RegistrationState.REGISTERED);
			int stands = this.registration.instance().weight();
			assertThat(this.edits.contains(stands) || this.weight == stands)
				.as("%s, of %s or %s", stands, this.weight, this.edits)
				.isTrue();
			Invariants.stands(this.rig.etcd, key.key(), this.rig.lease(), WEIGHT + stands + ",");
		}
	}

}
