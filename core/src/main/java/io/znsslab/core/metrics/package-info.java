/**
 * The allocator's figures where operators look for them: Java Flight Recorder and Micrometer.
 *
 * <p>Reads the allocator's public methods when a figure is asked for, and nothing before: an allocator that is not
 * watched pays nothing, one that is watched pays by the sample. Both libraries are optional: {@code jdk.jfr} is a
 * module that a run-time image may leave out, Micrometer comes with the application that uses it. Stands above
 * {@code io.znsslab.core}, which knows nothing of it.
 */
@NullMarked
package io.znsslab.core.metrics;

import org.jspecify.annotations.NullMarked;
