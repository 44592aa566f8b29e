/**
 * The port to etcd, {@link io.github.etcddiscovery.client.EtcdClient}, and its one
 * adapter. jetcd is imported here and nowhere else.
 * <p>
 * The adapter, from the top: {@code JetcdClient} says what each call sends; {@code Calls}
 * makes it end in time and in one exception type; {@code Login} keeps the token;
 * {@code Connections} holds the connection in use and replaces it; {@code Connection} is
 * one jetcd client; {@code JetcdWatch} is one watch; {@code RenewalStream} carries the
 * renewals of leases.
 * <p>
 * A write whose bytes etcd (frozen) or a network (stalled) has taken can be applied when
 * they wake up, although its deadline has passed and it was cancelled: measured on etcd
 * 3.4.23, 8 of 40 puts to a frozen member, 13 of 21 through a stalled proxy. Therefore
 * writes go out only where etcd has answered just now, and each is a transaction on the
 * revision that its writer has seen.
 */
@NullMarked
package io.github.etcddiscovery.client;

import org.jspecify.annotations.NullMarked;
