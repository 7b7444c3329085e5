package io.znsslab.core.benchmark.micro;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochDomain;
import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A domain that is opened, gets so many objects, and is closed; and for comparison a store to as many places in memory,
 * equally far from each other, which is what touching the objects alone would cost. Ended slabs stay mapped.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
public class DomainBenchmark {
    private static final int PAYLOAD_BYTES = 352;
    private static final int DISTANCE_BYTES = 368;

    /** Number of objects. */
    @Param({"0", "40", "80"})
    public int objects;

    private SlabAllocator allocator;
    private MemorySegment memory;

    /** Opens the allocator, and takes memory to touch. */
    @Setup
    public void open() {
        allocator = SlabAllocator.builder().reclamation(Reclamation.KEEP_HOT).build();
        memory = Arena.ofAuto().allocate(Math.max(1, (long) objects * DISTANCE_BYTES), Long.BYTES);
    }

    /** Gives the allocator's memory back. */
    @TearDown
    public void close() {
        allocator.close();
    }

    /** The domain; the last object's handle. */
    @Benchmark
    public long domain() {
        long handle = 0;
        try (EpochDomain domain = allocator.openDomain(Disposition.DISCARD)) {
            for (int object = 0; object < objects; object++) {
                handle = domain.allocateHandle(PAYLOAD_BYTES);
            }
        }
        return handle;
    }

    /** The stores alone. */
    @Benchmark
    public MemorySegment touch() {
        for (int object = 0; object < objects; object++) {
            memory.set(ValueLayout.JAVA_LONG, (long) object * DISTANCE_BYTES, object);
        }
        return memory;
    }
}
