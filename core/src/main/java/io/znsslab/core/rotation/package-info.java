/**
 * Epochs that follow one another by themselves: a new one every minute or every 64 MiB, and the former ones demoted,
 * discarded or reclaimed.
 *
 * <pre>{@code
 * RotationPolicy hourly = RotationPolicy.every(Duration.ofHours(1))
 *         .orEveryBytes(256 << 20)
 *         .closing(Disposition.DEMOTE)
 *         .options(EpochOptions.DEFAULT.label("sessions").timeToLive(Duration.ofDays(1)));
 * try (EpochRotation rotation = EpochRotation.start(allocator, hourly)) {
 *     long handle = rotation.allocate(100);
 * }
 * }</pre>
 *
 * <p>There, each hour's sessions go to the cold tier together at its end, and are dropped together a day later.
 *
 * <p>{@link io.znsslab.core.rotation.EpochRotation} keeps one epoch open for allocations, and as many former ones as
 * its {@link io.znsslab.core.rotation.RotationPolicy} says. The package stands above {@link io.znsslab.core} and uses
 * its public methods only.
 */
@NullMarked
package io.znsslab.core.rotation;

import org.jspecify.annotations.NullMarked;
