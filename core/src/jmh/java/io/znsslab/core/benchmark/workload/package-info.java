/**
 * The work that contestants do while they are measured: the same code under JMH and in the windows of our own harness,
 * for every contestant.
 *
 * <p>Each workload checks what it reads, so a contestant that loses or mixes up objects fails instead of looking fast.
 */
package io.znsslab.core.benchmark.workload;
