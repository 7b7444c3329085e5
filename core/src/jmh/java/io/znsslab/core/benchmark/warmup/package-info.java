/** Requests in the first seconds of a JVM, while their code is still being interpreted and compiled. */
package io.znsslab.core.benchmark.warmup;
