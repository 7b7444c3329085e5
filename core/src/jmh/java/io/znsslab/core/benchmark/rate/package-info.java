/**
 * Rates of several threads on a shared machine.
 *
 * <p>JMH divides the work of all threads by the time that passed; on a shared machine other processes used part of that
 * time. Here time is cut into windows of 20 ms, and only those windows are accepted in which our threads had the
 * processors. This also drops windows in which threads waited for each other's locks, so the median of all windows
 * stands beside the result: a difference between the two on a quiet machine comes from locks.
 */
package io.znsslab.core.benchmark.rate;
