/**
 * What is done with memory while it is measured: the same code under JMH and in the windows of our own harness, for
 * every contestant.
 *
 * <p>Each workload checks what it reads, so a contestant that loses or mixes up objects is not fast but wrong.
 */
package io.znsslab.core.benchmark.workload;
