/** Zoned devices for machines that have none. */
package io.znsslab.emulation;
