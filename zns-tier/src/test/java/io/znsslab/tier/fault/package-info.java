/**
 * The whole store on devices that outlive it, under faults that no simulation invents: the kernel's own faults,
 * processes that are killed at work, guests that are cut off. The soak runs all of them for a given time.
 *
 * <p>{@link io.znsslab.tier.fault.KilledProcess} reports each step before it takes it and once it was acknowledged;
 * these reports are all that is known afterwards, and {@link io.znsslab.tier.simulation.Oracle} judges by them.
 */
package io.znsslab.tier.fault;
