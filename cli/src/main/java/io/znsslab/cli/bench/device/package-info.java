/**
 * Devices for benchmarks: the one that the command line, the environment or the settings name, else a temporary file.
 *
 * <p>Invariant: nothing is overwritten that was on a device before, unless {@code --force} is given, and a device is
 * empty afterwards.
 */
package io.znsslab.cli.bench.device;
