package io.znsslab.netty.benchmark;

import io.netty.buffer.ByteBuf;
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

/** A release and an allocation, with 8,192 live buffers of one size, or 1,024 of the sizes of a web socket proxy. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-Xms512m",
            "-Xmx512m",
            "-XX:+AlwaysPreTouch",
            "-XX:MaxDirectMemorySize=4g",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.noUnsafe=false",
            "-Dio.netty.leakDetection.level=disabled"
        })
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class LiveBuffersBenchmark {
    /** The allocator to measure. */
    @Param
    public BufferContestant contestant;

    /** The sizes of the buffers. */
    @Param
    public BufferSizes sizes;

    private LiveBuffers buffers;

    /** Allocates the live buffers. */
    @Setup
    public void allocate() {
        ResidentMemory.begin();
        buffers = new LiveBuffers(contestant.open(), sizes.live(), sizes::size);
    }

    /** Releases them. */
    @TearDown
    public void release() {
        buffers.close();
    }

    /** A release and an allocation. */
    @Benchmark
    public ByteBuf replace() {
        return buffers.replace();
    }
}
