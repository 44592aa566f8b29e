/**
 * The one way in which a range of keys is followed: list, watch, and at any end back off
 * and list again.
 *
 * <pre>
 *  RangeWatches (what they share: client, turns to list, warnings)
 *   |  has any number of
 *  RangeWatch ---- begins, one after the other ----&gt; Attempt ---- list, watch, probe ----&gt; client
 *   |   \                                                \
 *   |    how long to wait, what to log: Streak             an end of any kind: Ending
 *   tells: RangeListener (pages of a list, events of each revision, confirmed, lost)
 * </pre>
 *
 * What the words mean here:
 * <ul>
 * <li><b>range</b>: the keys that are followed, as etcd's own requests have them
 * <li><b>list</b>: all that stands in the range at one revision, in pages, each told as
 * it arrives
 * <li><b>watch</b>: every change after that revision
 * <li><b>attempt</b>: one list and the watch that follows it; ends once, for one reason,
 * and is never resumed
 * <li><b>confirmed</b>: etcd has said that it serves the watch; until then something may
 * change unseen
 * <li><b>streak</b>: attempts that ended one after the other
 * <li><b>went back</b>: etcd answers with a lower revision than it had named before, so
 * it has lost data
 * </ul>
 */
@NullMarked
package io.github.etcddiscovery.watch;

import org.jspecify.annotations.NullMarked;
