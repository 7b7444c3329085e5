/** Threads that do the same at the same time and are measured together. Of the benchmarks it imports results alone. */
package io.znsslab.cli.bench.crew;
