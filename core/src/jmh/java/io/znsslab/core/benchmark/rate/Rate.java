package io.znsslab.core.benchmark.rate;

/**
 * What an operation costs, in nanoseconds of a processor.
 *
 * <p>That is: time passed × processors used ÷ operations, the processors used being as many as the threads, or as there
 * are if the threads are more.
 *
 * @param nanoseconds median over the windows that count; over all windows if none does
 * @param quietest the best of the windows that count; of all windows if none does
 * @param allWindowsNanoseconds median over all windows
 * @param windows how many there were
 * @param acceptedWindows how many of them count
 */
public record Rate(
        double nanoseconds, double quietest, double allWindowsNanoseconds, int windows, int acceptedWindows) {}
