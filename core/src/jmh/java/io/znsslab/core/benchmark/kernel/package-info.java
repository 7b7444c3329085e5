/**
 * What requests ask of the kernel once they are warm: page faults and system calls, counted for the one thread that
 * serves them.
 */
package io.znsslab.core.benchmark.kernel;
