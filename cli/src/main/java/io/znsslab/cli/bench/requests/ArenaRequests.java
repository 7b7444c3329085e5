package io.znsslab.cli.bench.requests;

import io.znsslab.cli.bench.contestant.ClassCopy;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;

/** Requests by the interface that all contestants have, {@code Arena}. Used in copies, one for each contestant. */
final class ArenaRequests implements RequestLoop {
    private static final RequestMemory.Source SOURCE =
            ClassCopy.data(MethodHandles.lookup(), RequestMemory.Source.class);

    /** For {@link io.znsslab.cli.bench.contestant.ClassCopy}. */
    ArenaRequests() {}

    @Override
    public void serve(int[] sizes, int from, int objects) {
        MemorySegment[] own = new MemorySegment[objects];
        long sum = 0;
        try (Arena arena = SOURCE.open()) {
            for (int object = 0; object < objects; object++) {
                MemorySegment segment = arena.allocate(sizes[from + object], Long.BYTES);
                segment.set(ValueLayout.JAVA_LONG, 0, object);
                own[object] = segment;
            }
            for (int object = 0; object < objects; object++) {
                sum += own[object].get(ValueLayout.JAVA_LONG, 0);
            }
        }
        long right = (long) objects * (objects - 1) / 2;
        if (sum != right) {
            throw new IllegalStateException("a request's objects add up to %d instead of %d".formatted(sum, right));
        }
    }
}
