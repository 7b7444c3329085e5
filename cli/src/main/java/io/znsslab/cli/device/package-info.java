/**
 * {@code zns-slab device}: one zoned device by hand; and what the other commands need to show or make one: its shape,
 * the map of its zones, the exit code that a failure stands for.
 *
 * <p>Invariants: a command that changes a device asks first, or wants {@code --yes}; one that changes zones by hand
 * leaves a store alone that it was not given by name; every refusal is one line with an exit code of its own
 * ({@link io.znsslab.cli.device.DeviceFailures}).
 */
package io.znsslab.cli.device;
