/**
 * The one adapter of {@link io.github.etcddiscovery.client.EtcdClient}. jetcd is imported
 * here and nowhere else.
 * <p>
 * From the top: <pre>
 *             JetcdClient              what each call sends and what its answer means
 *             |         |
 *           Pages     Calls            lists; calls that always end, in one exception type
 *                     |    |
 *                 Login   Connections  the token; the connection in use, and its replacement
 *                         |      |
 *              Certificates   Connection -- Tap        one jetcd client and its channel
 *                                |
 *                           AnswerCheck                 sees every answer
 *                                |
 *                            Clusters                   which cluster is ours
 *                                |
 *      EndpointResolver -- Addresses -- NamedAddresses  where etcd may be, for all connections
 * </pre> Long-lived streams stand on the same <i>Calls</i>, <i>Login</i> and
 * <i>Connections</i>: <pre>
 *     Renewals              SharedWatches -- SharedWatch   all watches of one owner; one of them
 *        |                       |
 *        |                  SharedStream -- WatchIds       one stream that carries many watches
 *        |                  |    |     |
 *   LeaseStream       Silence    |  Backlog -- Window, Lag  whether it lives; what is not applied yet
 *        |                       |
 *        ------ BidiStream -------                         opened with a token, ends once
 * </pre> Several of them need: <pre>
 *     Threads                      the threads of one client, and its clock
 *     Messages                     our values as etcd's messages, and back
 *     Failure, LastTransportError  what errors of etcd and gRPC mean; why there is no connection
 *     Endpoint                     one of the endpoints that are configured, checked
 * </pre> An <i>endpoint</i> is what is configured, an <i>address</i> what its name stands
 * for. An address that answers as no etcd can is <i>left out</i>, and so is one of
 * another cluster: it is not used, and asked again every 30 s.
 * <p>
 * A write whose bytes etcd (frozen) or a network (stalled) has taken can be applied when
 * they wake up, although its deadline has passed and it was cancelled: measured on etcd
 * 3.4.23, 8 of 40 puts to a frozen member, 13 of 21 through a stalled proxy. Therefore
 * writes go out only where etcd has answered just now, and each is a transaction on the
 * revision that its writer has seen.
 */
@NullMarked
package io.github.etcddiscovery.client.jetcd;

import org.jspecify.annotations.NullMarked;
