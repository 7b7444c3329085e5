/**
 * The whole store on devices that outlive it, when something goes wrong that no simulation makes up: the kernel's own
 * faults, processes that are killed at work, guests that are cut off. And the soak, in which all of it goes on for as
 * long as it is told.
 *
 * <p>{@link io.znsslab.tier.fault.KilledProcess} tells of everything before it does it and once it was acknowledged;
 * what it told is the only thing known of it afterwards, and {@link io.znsslab.tier.simulation.Oracle} judges by that.
 */
package io.znsslab.tier.fault;
