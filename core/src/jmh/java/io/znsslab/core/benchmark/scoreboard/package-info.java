/**
 * Everything in one run and one table: contestants take turns in every measurement, measurements take turns in every
 * round, and a ratio is the median of the rounds' ratios.
 *
 * <p>The goals stand in {@link io.znsslab.core.benchmark.scoreboard.Goals}; each is reached, missed, or says why it was
 * not measured.
 */
package io.znsslab.core.benchmark.scoreboard;
