/**
 * Everything in one run and one table: contestants take turns in every measurement, measurements take turns in every
 * round, and a ratio is the median of the rounds' ratios.
 *
 * <p>{@link io.znsslab.core.benchmark.scoreboard.Goals} holds the goals; the table says of each that it is reached,
 * missed, or why it was not measured.
 */
package io.znsslab.core.benchmark.scoreboard;
