/**
 * Rates of several threads on a machine that others use, too.
 *
 * <p>JMH divides what all threads did by the time that passed; on a shared machine part of that time was somebody
 * else's. Here time is cut into windows of 20 ms, and only those count in which our threads had the processors. Windows
 * in which threads waited for each other's locks are dropped as well, so the median of all windows stands beside the
 * result: where the two differ on a quiet machine, it is locks.
 */
package io.znsslab.core.benchmark.rate;
