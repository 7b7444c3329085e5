package io.znsslab.core.benchmark.warmup;

import java.util.List;

/**
 * The requests of one thread, from the moment at which the JVM enters its main class.
 *
 * @param requestsBySecond the number of requests in each second
 */
public record WarmUp(List<Long> requestsBySecond) {}
