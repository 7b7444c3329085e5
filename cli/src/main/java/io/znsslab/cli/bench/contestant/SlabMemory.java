package io.znsslab.cli.bench.contestant;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.core.Handle;
import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;

/** This project's allocator, in one open epoch. Every access by handle checks the handle. */
final class SlabMemory implements ObjectMemory {
    /** Address space; memory is taken as it is used. */
    private static final long LIMIT_BYTES = 4L << 30;

    private final SlabAllocator allocator;
    private final long epoch;

    SlabMemory(Reclamation reclamation) {
        allocator = SlabAllocator.builder()
                .limitBytes(LIMIT_BYTES)
                .reclamation(reclamation)
                .build();
        epoch = allocator.currentEpoch();
    }

    @Override
    public long allocate(int bytes) {
        long handle = allocator.allocate(bytes, epoch);
        if (!Handle.isHandle(handle)) {
            throw new CommandFailure(
                    ExitCode.DEVICE_FULL,
                    "no memory for an object of " + bytes + " bytes within " + LIMIT_BYTES
                            + ": measure with fewer or smaller objects");
        }
        return handle;
    }

    @Override
    public void free(long object) {
        if (!allocator.free(object)) {
            throw new IllegalStateException("object 0x%x was live, and its free reports stale".formatted(object));
        }
    }

    @Override
    public void write(long object, long value) {
        allocator.setLong(object, 0, value);
    }

    @Override
    public long read(long object) {
        return allocator.getLong(object, 0);
    }

    @Override
    public void close() {
        allocator.close();
    }
}
