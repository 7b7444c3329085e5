/** The C allocators of this machine, for benchmarks to compare with: the library itself uses none of them. */
package io.znsslab.bindings.malloc;
