package io.github.etcddiscovery.codec;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;
import io.github.etcddiscovery.address.HostPort;

/**
 * What one wire format writes of an instance: the end of the key and the value. Where in
 * the key the service stands is a matter of its {@link KeyShape}. Pure functions.
 */
interface EntryFormat {

	/**
	 * Returns what follows the service in the key.
	 * @param instance the instance
	 * @return always the same for the same service and address, never empty
	 * @throws IllegalArgumentException if the instance has an id that no key can hold
	 */
	String id(Instance instance);

	/**
	 * Returns the value.
	 * @param instance the instance, within the limits
	 * @param address its address, one that others can reach
	 * @return the bytes
	 * @throws IllegalArgumentException if a tag says what this format cannot write
	 */
	Bytes value(Instance instance, HostPort address);

	/**
	 * Reads an entry.
	 * @param service the service that the key stands under
	 * @param id what follows it in the key; can be empty
	 * @param value the value
	 * @return the instance, or why there is none
	 * @throws UnreadableException if the value cannot be used
	 */
	Decoded read(String service, String id, Bytes value) throws UnreadableException;

}
