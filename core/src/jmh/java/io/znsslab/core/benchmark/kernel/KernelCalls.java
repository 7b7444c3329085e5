package io.znsslab.core.benchmark.kernel;

/**
 * What a warm thread asked of the kernel. Each count is that of the median window, so that what the JVM does now and
 * then is not counted as the requests'.
 *
 * @param pageFaults page faults of a request, minor and major
 * @param voluntarySwitches times that the thread gave up its processor, of a request
 * @param systemCalls system calls of a request; null where the kernel does not let them be counted
 * @param systemCallsNotCounted why they were not; null if they were
 */
public record KernelCalls(
        double pageFaults, double voluntarySwitches, Double systemCalls, String systemCallsNotCounted) {}
