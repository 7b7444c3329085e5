package io.znsslab.core.benchmark.micro;

import io.znsslab.core.SlabAllocator;
import io.znsslab.core.benchmark.workload.Shuffle;
import io.znsslab.core.benchmark.workload.Workload;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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
 * From a handle to the first eight bytes of its object, checked; and for comparison the same bytes read by bare
 * address, which is the cost of the memory itself.
 *
 * <p>The handles come in shuffled order: their array is read in sequence, which the processor's prefetcher hides, and
 * the objects are read at random.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
@SuppressWarnings("restricted") // The benchmark reads by bare address.
public class ResolveBenchmark {
    private static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final long LIMIT_BYTES = 4L << 30;

    /** Number of live objects, a multiple of the batch. */
    @Param({"1000", "10000", "100000", "1000000", "10000000"})
    public int live;

    /** Size of an object. */
    @Param("120")
    public int bytes;

    private SlabAllocator allocator;
    private long[] handles;
    private long[] addresses;
    private int next;

    /** Allocates all objects, each of which holds its own handle. */
    @Setup
    public void allocate() {
        if (live % Workload.BATCH != 0) {
            throw new IllegalArgumentException("live=%d: must be a multiple of %d".formatted(live, Workload.BATCH));
        }
        allocator = SlabAllocator.builder().limitBytes(LIMIT_BYTES).build();
        handles = new long[live];
        addresses = new long[live];
        for (int place : Shuffle.of(live, 1)) {
            long handle = allocator.allocate(bytes, allocator.currentEpoch());
            MemorySegment payload = allocator.resolve(handle);
            payload.set(ValueLayout.JAVA_LONG, 0, handle);
            handles[place] = handle;
            addresses[place] = payload.address();
        }
    }

    /** Frees the memory. */
    @TearDown
    public void close() {
        allocator.close();
    }

    /** By handle. */
    @Benchmark
    @OperationsPerInvocation(Workload.BATCH)
    public long resolveAndRead() {
        int from = batch();
        long wrong = 0;
        for (int object = from; object < from + Workload.BATCH; object++) {
            long handle = handles[object];
            wrong |= allocator.resolve(handle).get(ValueLayout.JAVA_LONG, 0) ^ handle;
        }
        return checked(wrong);
    }

    /** By bare address. */
    @Benchmark
    @OperationsPerInvocation(Workload.BATCH)
    public long readByAddress() {
        int from = batch();
        long wrong = 0;
        for (int object = from; object < from + Workload.BATCH; object++) {
            wrong |= EVERYTHING.get(ValueLayout.JAVA_LONG, addresses[object]) ^ handles[object];
        }
        return checked(wrong);
    }

    private int batch() {
        int from = next;
        next = from + Workload.BATCH == live ? 0 : from + Workload.BATCH;
        return from;
    }

    private static long checked(long wrong) {
        if (wrong != 0) {
            throw new IllegalStateException("an object did not hold its own handle");
        }
        return wrong;
    }
}
