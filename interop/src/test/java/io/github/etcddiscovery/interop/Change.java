package io.github.etcddiscovery.interop;

import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import io.github.etcddiscovery.Instance;

/**
 * What can be changed of an instance that stays registered.
 *
 * @param goDoes what is told to a Go server after {@code update}
 * @param javaSees whether an instance is as Go has changed it
 * @param javaDoes the change of an instance that is registered here
 * @param goSees what a Go client has to say about the instance then
 */
record Change(String goDoes, Predicate<Instance> javaSees, UnaryOperator<Instance> javaDoes, String goSees) {

	static Change weightAndZone(String goSees) {
		return new Change("weight=20 zone=b", (instance) -> instance.weight() == 20 && "b".equals(instance.zone()),
				(instance) -> instance.withWeight(20).withTag(Instance.ZONE, "b"), goSees);
	}

	/** A go-kit value is a URL, and that is all. */
	static Change url() {
		return new Change("path=/v2", (instance) -> "/v2".equals(instance.tags().get("path")),
				(instance) -> instance.withTag(Instance.SECURE, "true"), "https://");
	}

	/** Where the key has an id, the address can be another one. */
	static Change address() {
		return new Change("address=10.9.8.7:4711", (instance) -> instance.address().equals("10.9.8.7:4711"),
				(instance) -> new Instance(instance.service(), "10.9.8.7", 4711, instance.weight(), instance.tags()),
				"10.9.8.7:4711");
	}

}
