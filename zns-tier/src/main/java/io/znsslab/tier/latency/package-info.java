/**
 * How long operations take, counted without locks while they run; {@link io.znsslab.tier.device.LatencySummary} is what
 * users see of it. For the tier's own threads, and the command's measurements.
 */
@NullMarked
package io.znsslab.tier.latency;

import org.jspecify.annotations.NullMarked;
