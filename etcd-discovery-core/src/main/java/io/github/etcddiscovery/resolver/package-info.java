/**
 * Keeps in memory which instances there are, and answers from there.
 *
 * <pre>
 *   etcd                                                            any thread
 *    |                                                                  |
 *  Feed (one range: RangeWatch, Resync, FirstAnswer)              EtcdResolver
 *    |  decodes what was written: LayoutReader, Rejections              | asks Following, waits: FirstAnswer
 *  RangeEntries (its keys, a FeedEntry each)                            | reads the snapshot
 *    |  moves references                                                |
 *  Service (ServiceEntries of all layouts, subscribers, snapshot) &lt;---- Services (by name)
 *    |  '-- Loss (what has vanished lately, Missing each) -- MassLossGuard
 *    |  is marked
 *  Publisher -- shows a new ServiceSnapshot, tells --&gt; Subscriber
 *
 *  Following opens feeds, FollowedServices drops what nobody asks for, ServiceNames reads
 *  the names of what is not followed, Staleness tells how old it all is, MassLossGuard
 *  lets what vanishes in a body be shown. What they share is in the ResolverContext.
 * </pre>
 *
 * What the words mean here:
 * <ul>
 * <li><b>feed</b>: one range that is followed, that of all services of a layout or that
 * of one service
 * <li><b>entry</b>: a key and what it was found to be; one that was left out is known
 * too, so that it is not read again
 * <li><b>shown</b>: what readers see. Of entries with one address one is shown, and the
 * others are hidden
 * <li><b>marked</b>: changed, and not shown yet; <b>stuck</b>: could not be shown, and is
 * tried again
 * <li><b>told</b>: handed to whoever subscribes, which comes after shown and can fail by
 * itself
 * <li><b>vanished</b>: not in etcd any more; <b>held</b>: shown all the same
 * <li><b>answered</b>: listed, or refused by etcd; <b>read</b>: listed
 * <li><b>shared</b>: a feed of all services of a layout; <b>own</b>: that of one service,
 * followed because somebody has looked it up, or listens
 * </ul>
 */
@NullMarked
package io.github.etcddiscovery.resolver;

import org.jspecify.annotations.NullMarked;
