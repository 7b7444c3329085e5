/** {@code zns-slab bench threads}: pairs of an allocation and a free in more and more threads, next to C allocators. */
package io.znsslab.cli.bench.threads;
