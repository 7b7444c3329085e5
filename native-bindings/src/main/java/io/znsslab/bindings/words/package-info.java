/**
 * Unchecked access to native memory, for the allocator alone: the module exports this package to
 * {@code io.znsslab.core} only.
 */
@NullMarked
package io.znsslab.bindings.words;

import org.jspecify.annotations.NullMarked;
