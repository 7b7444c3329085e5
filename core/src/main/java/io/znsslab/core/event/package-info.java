/**
 * What happens to epochs, slabs and zones, one by one, as events of Java Flight Recorder. Called from where it happens,
 * in core and in the tier, so it knows nothing of either; figures that are sampled are in
 * {@code io.znsslab.core.metrics}.
 *
 * <p>The events are off unless a recording asks for them, and then cost nothing: the check is a constant that the
 * compiler has until a recording changes it. {@code znsslab.jfc}, beside this package's classes, turns on all of the
 * store's events. In a run-time image without {@code jdk.jfr} there are none.
 */
@NullMarked
package io.znsslab.core.event;

import org.jspecify.annotations.NullMarked;
