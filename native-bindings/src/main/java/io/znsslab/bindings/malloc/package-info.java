/** The C allocators of this machine, for benchmarks to compare with: the library itself uses none of them. */
@NullMarked
package io.znsslab.bindings.malloc;

import org.jspecify.annotations.NullMarked;
