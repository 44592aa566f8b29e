package io.github.etcddiscovery.file;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What is in the file.
 *
 * @param age how long ago all of it was confirmed; not negative
 * @param ranges the instances of each range that was read, in the order of their keys; a
 * range without instances is there too, one that was never read is not
 */
public record Saved(Duration age, Map<SavedRange, List<SavedInstance>> ranges) {

}
