package io.znsslab.core;

import java.lang.foreign.MemorySegment;

/** What callers of the API give, looked at before anything is done. */
final class Arguments {
    private Arguments() {}

    /** The argument of that name, if there is one. */
    static <T> T requireNonNull(T argument, String name) {
        if (argument == null) {
            throw new NullPointerException(name + " must not be null");
        }
        return argument;
    }

    /** A segment that may be written to. */
    static MemorySegment requireWritable(MemorySegment segment, String name) {
        if (requireNonNull(segment, name).isReadOnly()) {
            throw new IllegalArgumentException(
                    "%s of %d bytes is read-only: must be writable".formatted(name, segment.byteSize()));
        }
        return segment;
    }
}
