/**
 * The port to etcd: the few calls that registration and discovery need, and what they
 * give and take. Its one adapter is {@code client.jetcd}.
 *
 * <pre>
 *   EtcdClientSettings -- Credentials, TlsManagers, EtcdClientCustomizer   how to speak to etcd
 *        |
 *   EtcdClient
 *        |-- grant, renew, revoke, leaseKeys    Lease, LeaseKeys
 *        |-- commit                             Write and what became of it
 *        |-- read, list                         Listing, Page: of Entry
 *        '-- watches -- Watches -- Watch        WatchListener is told of each WatchEvent
 * </pre>
 *
 * Words:
 * <ul>
 * <li>a <b>list</b> is the whole of a range at one revision, in pages; a <b>read</b> is
 * the whole of some keys at one revision;
 * <li>a <b>commit</b> is a write of one key on the revision that its writer has seen: it
 * is <b>applied</b>, or finds what stands there instead;
 * <li>an <b>oversized</b> entry has a value that nobody needs: its key is told, its value
 * was dropped as it arrived;
 * <li>a watch is <b>confirmed</b> when etcd has said that it watches, and has
 * <b>ended</b> at its first fault: none is ever resumed;
 * <li>an <b>owner</b> is the loop on whose thread pages and events are told.
 * </ul>
 */
@NullMarked
package io.github.etcddiscovery.client;

import org.jspecify.annotations.NullMarked;
