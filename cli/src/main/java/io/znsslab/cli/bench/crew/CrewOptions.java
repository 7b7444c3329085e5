package io.znsslab.cli.bench.crew;

import io.znsslab.cli.bench.result.Requirements;
import io.znsslab.cli.terminal.TimeSpan;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How many threads are measured together, and for how long. */
public final class CrewOptions {
    private static final int MOST_THREADS = 1024;

    @Option(
            names = "--threads",
            paramLabel = "COUNT",
            description = "Largest number of threads, 1 to 1024 (default: the processors of this machine).")
    private Integer threads;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = TimeSpan.class,
            description = "Time before the clock counts, for each figure (default: ${DEFAULT-VALUE}).")
    private Duration warmUp;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            defaultValue = "3s",
            converter = TimeSpan.class,
            description = "Time of measuring, for each figure, 1ms to 24h (default: ${DEFAULT-VALUE}).")
    private Duration time;

    /** For picocli. */
    CrewOptions() {}

    /** The largest number of threads. */
    public int threads() {
        int most = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        Requirements.inRange("--threads", most, 1, MOST_THREADS);
        return most;
    }

    /** The time before the clock counts. */
    public Duration warmUp() {
        Requirements.time("--warm-up", warmUp, Duration.ZERO);
        return warmUp;
    }

    /** The time of measuring. */
    public Duration time() {
        Requirements.time("--time", time, Duration.ofMillis(1));
        return time;
    }
}
