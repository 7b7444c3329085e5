/**
 * Allocators that are compared: this project's, and the C allocators that are installed, by plain calls of the foreign
 * function interface.
 *
 * <p>All take part in one process, one after the other, and no loop is compiled for two of them: each has a
 * {@link io.znsslab.cli.bench.contestant.ClassCopy} of the loop.
 */
package io.znsslab.cli.bench.contestant;
