package io.znsslab.core;

import java.lang.foreign.MemorySegment;

/** Checks of arguments, before a call changes anything. */
final class Arguments {
    private Arguments() {}

    /** Returns the argument of that name; throws {@link NullPointerException} if it is null. */
    static <T> T requireNonNull(T argument, String name) {
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
}
