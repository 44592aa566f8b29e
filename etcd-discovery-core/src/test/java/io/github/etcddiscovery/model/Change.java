package io.github.etcddiscovery.model;

import io.github.etcddiscovery.client.WatchEvent;

/**
 * One change of one key.
 *
 * @param time when it was applied, in nanoseconds of the scheduler's clock
 * @param event what happened
 * @param byClient whether a client of the model committed it; false for operators, other
 * processes, and the end of a lease
 */
public record Change(long time, WatchEvent event, boolean byClient) {

}
