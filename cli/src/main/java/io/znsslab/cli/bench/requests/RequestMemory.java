package io.znsslab.cli.bench.requests;

import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.Arena;

/** Where a request's memory comes from: each request opens an arena, and closes it at its end. */
enum RequestMemory {
    /** The builder's defaults. */
    RETURN_TO_OS("domain, RETURN_TO_OS"),
    /** Slabs that end stay mapped. */
    KEEP_HOT("domain, KEEP_HOT"),
    /** The JDK's own. */
    CONFINED_ARENA("Arena.ofConfined");

    private final String label;

    RequestMemory(String label) {
        this.label = label;
    }

    /** Its name in tables. */
    String label() {
        return label;
    }

    /**
     * Opens arenas, for any thread, until it is closed.
     *
     * @param threads that have one open at a time
     * @param bytes of the objects of a request, at most
     */
    Source source(int threads, long bytes) {
        return switch (this) {
            case RETURN_TO_OS -> new Domains(Reclamation.RETURN_TO_OS, threads, bytes);
            case KEEP_HOT -> new Domains(Reclamation.KEEP_HOT, threads, bytes);
            case CONFINED_ARENA -> new ConfinedArenas();
        };
    }

    /** Opens arenas. Thread-safe. */
    interface Source extends AutoCloseable {
        /** An arena for the calling thread, which closes it. */
        Arena open();

        @Override
        void close();
    }

    private static final class Domains implements Source {
        private static final int LEAST_EPOCHS = 128;
        private static final long LEAST_LIMIT_BYTES = 1L << 30;

        private final SlabAllocator allocator;

        Domains(Reclamation reclamation, int threads, long bytes) {
            allocator = SlabAllocator.builder()
                    .reclamation(reclamation)
                    .epochCount(Math.max(LEAST_EPOCHS, Integer.highestOneBit(threads) * 4))
                    // Twice what the objects take, for headers and what slabs have left at their ends.
                    .limitBytes(LEAST_LIMIT_BYTES + 2L * threads * bytes)
                    .build();
        }

        @Override
        public Arena open() {
            return allocator.openDomain();
        }

        @Override
        public void close() {
            allocator.close();
        }
    }

    private static final class ConfinedArenas implements Source {
        @Override
        @SuppressWarnings("MustBeClosedChecker") // the request closes it
        public Arena open() {
            return Arena.ofConfined();
        }

        @Override
        public void close() {
            // nothing is left: each request has closed its own
        }
    }
}
