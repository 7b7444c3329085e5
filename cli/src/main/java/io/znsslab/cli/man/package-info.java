/**
 * {@code zns-slab man}: the manual page, made from the same model of the commands as their help, so that the two cannot
 * differ.
 */
package io.znsslab.cli.man;
