package io.znsslab.core.benchmark.micro;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.Handle;
import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The discard of an epoch of a million objects, per slab, with and without giving the pages back to the operating
 * system.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 20)
@Measurement(iterations = 20)
@State(Scope.Benchmark)
public class DiscardBenchmark {
    private static final int SLABS = 32_000;
    // Slots of 128 bytes in a slab of 4096, less its header of 64.
    private static final int OBJECTS_PER_SLAB = 31;
    private static final int PAYLOAD_BYTES = 120;

    /** Whether memory goes back. */
    @Param
    public Reclamation reclamation;

    private SlabAllocator allocator;
    private long epoch;

    /** An allocator for all iterations. */
    @Setup(Level.Trial)
    public void open() {
        allocator = SlabAllocator.builder().reclamation(reclamation).build();
    }

    /** Fills an epoch with objects, and writes each. */
    @Setup(Level.Invocation)
    public void fill() {
        epoch = allocator.advanceEpoch();
        for (int object = 0; object < SLABS * OBJECTS_PER_SLAB; object++) {
            long handle = allocator.allocate(PAYLOAD_BYTES, epoch);
            if (!Handle.isHandle(handle)) {
                throw new IllegalStateException("object %d: answer 0x%x instead of a handle".formatted(object, handle));
            }
            allocator.resolve(handle).set(ValueLayout.JAVA_LONG, 0, object);
        }
    }

    /** The discard, divided by the number of slabs. */
    @Benchmark
    @OperationsPerInvocation(SLABS)
    public EpochClosing slab() {
        EpochClosing closing = allocator.closeEpoch(epoch, Disposition.DISCARD).join();
        if (closing.slabsReturned() != SLABS) {
            throw new IllegalStateException("the epoch was to have %d slabs: %s".formatted(SLABS, closing));
        }
        return closing;
    }

    /** Gives the memory back. */
    @TearDown(Level.Trial)
    public void close() {
        allocator.close();
    }
}
