/**
 * The store on simulated devices: faults, power cuts and corruption, in numbers that real devices don't give, against
 * an oracle outside the store.
 *
 * <p>{@link io.znsslab.tier.simulation.Workload} uses a store as a program would, its every step decided by a seed, and
 * tells {@link io.znsslab.tier.simulation.Oracle} what the store has answered; the oracle knows what may and what must
 * be found afterwards. A failure names the seed and the place of the fault; {@code -Dseed=} and, for power cuts,
 * {@code -Dcut=} repeat one. The device's order of completion is the seed's; which of the store's threads comes first
 * is not, so now and then a repetition goes another way.
 */
package io.znsslab.tier.simulation;
