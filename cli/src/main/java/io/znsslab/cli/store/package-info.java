/**
 * {@code zns-slab store}: looks into the store on a device, checks it, moves it to another device.
 *
 * <p>Invariants: a command that only looks opens the device for reading, so that it works beside a program that has the
 * store open, and on a file that can't be written; each refusal is one line with an exit code of its own. What the
 * commands show comes from {@link io.znsslab.tier.inspect}; nothing here knows the format on the device.
 */
package io.znsslab.cli.store;
