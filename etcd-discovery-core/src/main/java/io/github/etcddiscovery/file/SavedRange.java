package io.github.etcddiscovery.file;

import org.jspecify.annotations.Nullable;

/**
 * A range of which the instances are in the file: that of all services of a layout, or
 * that of one service.
 *
 * @param layout position of the layout among all of them
 * @param service name of the service, or null where it is the range of all
 */
public record SavedRange(int layout, @Nullable String service) {

}
