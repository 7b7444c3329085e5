/**
 * What an allocator answers when it is asked how it does: figures of one moment, counted since the allocator was built.
 *
 * <p>All of them come from methods of {@link io.znsslab.core.SlabAllocator}, and {@code io.znsslab.core.metrics} gives
 * them to monitoring systems. The types here are immutable and know nothing of the rest.
 */
@NullMarked
package io.znsslab.core.statistics;

import org.jspecify.annotations.NullMarked;
