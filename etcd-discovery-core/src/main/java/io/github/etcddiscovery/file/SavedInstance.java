package io.github.etcddiscovery.file;

import io.github.etcddiscovery.Bytes;
import io.github.etcddiscovery.Instance;

/**
 * An instance as it is in the file, and the registration that it was.
 *
 * @param key the key in etcd
 * @param instance what stood there
 * @param lease id of the lease that the key was under
 * @param revision mod revision of the key
 */
public record SavedInstance(Bytes key, Instance instance, long lease, long revision) {

}
