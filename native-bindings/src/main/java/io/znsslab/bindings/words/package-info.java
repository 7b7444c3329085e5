/**
 * Unchecked access to native memory, for the allocator alone: the module exports this package to
 * {@code io.znsslab.core} only.
 */
package io.znsslab.bindings.words;
