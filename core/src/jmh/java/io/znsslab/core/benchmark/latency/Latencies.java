package io.znsslab.core.benchmark.latency;

import java.util.Map;

/**
 * The latencies of single operations.
 *
 * @param sections by what was timed; the empty section is always among them
 */
public record Latencies(Map<TimedSection, Distribution> sections) {}
