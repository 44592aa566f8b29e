/**
 * Keeps registrations in etcd. It reconciles: whatever happens, what is wanted of a key
 * is compared with what was last seen of it, and what follows is done.
 *
 * <pre>
 *   EtcdRegistry -- RegistrationHandle (one for each instance)
 *        |                 |
 *        |               Claim (one for each layout)     what is wanted of a key, and what is shown
 *        v                 |                             (Pace, Deletions, StateReport)
 *   Reconciler ---------> Key (one for each key)         reconcile(): looks at both, decides
 *        |                 |-- Sight, Seen               what was last seen
 *        |                 |-- OwnWrites                 what of ours may still be applied
 *        |                 '-- Operation                 the one thing that is under way
 *        |-- Leases -- RegistryLease                     the lease to write under, and its renewal
 *        |-- OwnKeys                                     watches; every observe delay two questions
 *        |-- Reads                                       keys, a hundred in a transaction
 *        '-- StoreAge                                    whether the store went back
 * </pre>
 *
 * Words:
 * <ul>
 * <li><b>ours</b> is a key under a lease that was granted to this registry,
 * <b>foreign</b> one under any other lease; under no lease it is nobody's;
 * <li><b>to claim</b> is to want a key to stand with a value, or after closing to want it
 * gone; a later claim of the same key takes the place of a closed one;
 * <li><b>unknown</b> is a key after a write whose answer does not say what became of it:
 * it is read before anything is believed of it;
 * <li>a <b>late</b> write is one that etcd applies after its deadline;
 * <li>a <b>present</b> lease is the one that keys stand under, a <b>refused</b> one is
 * not renewed by etcd any more because somebody attached a key that we may not write;
 * <li>a store <b>goes back</b> when it is wiped or restored and its revision shows it;
 * each time begins another <b>age</b>;
 * <li>a <b>tick</b> is a moment of the registry: of two, the later one is greater.
 * </ul>
 */
@NullMarked
package io.github.etcddiscovery.registry;

import org.jspecify.annotations.NullMarked;
