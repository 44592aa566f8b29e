/**
 * Keeps registrations in etcd. It reconciles: whatever happens, what is wanted of a key
 * is compared with what was found there last, and what follows is done.
 *
 * <pre>
 *   EtcdRegistry -- RegistrationHandle (one for each instance)
 *        |                 |
 *        |               Claim (one for each layout)     what is wanted of a key, how its attempts
 *        |                 |                             went, what others make of it (Edits), what is
 *        v                 |                             shown (StateReport, Deletions)
 *   Reconciler ---------> Key (one for each key)         what was found last; reconcile() looks at both
 *        |                 |-- OwnWrites                 what of ours stands or may still be applied
 *        |                 '-- Operation                 the one thing that is under way
 *        |-- Leases -- RegistryLease                     the lease to write under, and its renewal
 *        |-- Transactions                                reads by a hundred, writes; whether the store went back
 *        '-- OwnKeys                                     watches; every observe delay two questions
 * </pre>
 *
 * Words:
 * <ul>
 * <li><b>ours</b> is a key under a lease that was granted to this registry,
 * <b>foreign</b> one under any other lease; under no lease it is nobody's;
 * <li><b>to claim</b> is to want a key to stand with a value, or after closing to want it
 * gone; a later claim of the same key takes the place of a closed one;
 * <li><b>unknown</b> is a key after a write whose answer does not say what became of it,
 * or after what was known has come to an end: an unknown key is read before anything is
 * believed of it;
 * <li>an <b>edit</b> is another value that somebody else has put under our present lease;
 * <li>a <b>late</b> write is one that etcd applies after its deadline;
 * <li>the <b>present</b> lease is the one that keys stand under; it is <b>refused</b>
 * when etcd does not renew it any more because somebody attached a key that we may not
 * write;
 * <li>a store <b>goes back</b> when it is wiped or restored and its revision shows it;
 * each time begins another <b>age</b>;
 * <li>a revision is <b>named</b> by an answer or an event: whatever is asked afterwards
 * is answered at that revision or above, unless the store went back;
 * <li>a <b>moment</b> of the registry is a number: of two, the later one is greater.
 * </ul>
 */
@NullMarked
package io.github.etcddiscovery.registry;

import org.jspecify.annotations.NullMarked;
