/**
 * The store on simulated devices: faults, power cuts and corruption, in numbers that real devices don't reach, against
 * an oracle outside the store.
 *
 * <p>{@link io.znsslab.tier.simulation.Workload} uses a store as a program would, with every step decided by a seed,
 * and reports the store's answers to {@link io.znsslab.tier.simulation.Oracle}, which knows what may and what must be
 * found afterwards. A failure names the seed and the index of the fault; {@code -Dseed=} and, for power cuts,
 * {@code -Dcut=} repeat one. The seed determines the device's order of completion but not that of the store's threads,
 * so now and then a repetition goes another way.
 */
package io.znsslab.tier.simulation;
