/**
 * The lowest room of the benchmarks: what each of them finds, in figures beside goals and in distributions, and how
 * that is printed. Imports no other package of the benchmarks.
 */
package io.znsslab.cli.bench.result;
