/** Threads that do the same at the same time and are measured together. Imports no other package of the benchmarks. */
package io.znsslab.cli.bench.crew;
