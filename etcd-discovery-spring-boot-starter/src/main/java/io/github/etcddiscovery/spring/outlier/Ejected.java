package io.github.etcddiscovery.spring.outlier;

import java.time.Duration;

/**
 * An instance that is not chosen at present. Not part of the API that users write
 * against; may change.
 *
 * @param address {@code host:port}, an IPv6 host in brackets
 * @param cause why, in a word that is fit for a tag of a meter: {@code connection},
 * {@code read_timeout}, {@code broken}, {@code status}, {@code stuck}, {@code by_hand}
 * @param since how long it has been so
 */
public record Ejected(String address, String cause, Duration since) {

}
