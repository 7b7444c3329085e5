/**
 * Runs all measurements and prints one table. Contestants take turns in every measurement, measurements take turns in
 * every round, and a ratio is the median of the rounds' ratios.
 *
 * <p>{@link io.znsslab.core.benchmark.scoreboard.Goals} holds the goals; the table says whether each one is reached.
 */
package io.znsslab.core.benchmark.scoreboard;
