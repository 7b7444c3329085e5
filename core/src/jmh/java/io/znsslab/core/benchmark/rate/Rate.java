package io.znsslab.core.benchmark.rate;

/**
 * The cost of an operation in nanoseconds of processor time.
 *
 * <p>It is time passed × processors used ÷ operations. The number of processors used is that of the threads, but at
 * most that of the machine's processors.
 *
 * @param nanoseconds median over the accepted windows; over all windows if none is accepted
 * @param quietest the best of the accepted windows; of all windows if none is accepted
 * @param allWindowsNanoseconds median over all windows
 * @param windows number of windows
 * @param acceptedWindows number of accepted windows
 */
public record Rate(
        double nanoseconds, double quietest, double allWindowsNanoseconds, int windows, int acceptedWindows) {}
