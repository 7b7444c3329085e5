/**
 * What the user has set once and for all, and how a device is named. Above it are the packages that use devices and
 * open stores, which take what is set from {@link io.znsslab.cli.config.StoreSettings}; below it only
 * {@link io.znsslab.cli.terminal}.
 *
 * <p>Invariant: a flag wins over the environment, the environment over the file; {@code config list} says which of them
 * spoke.
 */
package io.znsslab.cli.config;
