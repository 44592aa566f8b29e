/**
 * The file of the last known instances: how it is written, so that there is always the
 * old one or the new one, and when it is believed. Knows nothing of etcd and of what the
 * instances are for. Not part of the API that users write against; may change.
 */
@NullMarked
package io.github.etcddiscovery.file;

import org.jspecify.annotations.NullMarked;
