package io.znsslab.core;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Checks of arguments, before a call changes anything. */
final class Arguments {
    private Arguments() {}

    /** Returns the argument of that name; throws {@link NullPointerException} if it is null. */
    static <T> T requireNonNull(@Nullable T argument, String name) {
        if (argument == null) {
            throw new NullPointerException(name + " must not be null");
        }
        return argument;
    }

    /** Returns the segment of that name; throws {@link IllegalArgumentException} if it is read-only. */
    static MemorySegment requireWritable(MemorySegment segment, String name) {
        if (requireNonNull(segment, name).isReadOnly()) {
            throw new IllegalArgumentException(
                    "%s of %d bytes is read-only: must be writable".formatted(name, segment.byteSize()));
        }
        return segment;
    }

    /** Checks what a segment allocator is asked for: its size and its alignment, both in bytes. */
    static void requireAllocatable(long byteSize, long byteAlignment) {
        if (byteSize < 0) {
            throw new IllegalArgumentException("%d bytes can't be allocated: must be 0 or more".formatted(byteSize));
        }
        if (byteAlignment < 1 || Long.bitCount(byteAlignment) != 1) {
            throw new IllegalArgumentException("alignment %d: must be a power of two".formatted(byteAlignment));
        }
    }
}
