/**
 * Direct buffers beside those of Netty's own allocators, in two patterns that Netty publishes for that: buffers of one
 * size, of which 8,192 live ({@code ByteBufAllocatorBenchmark} of its module {@code microbench}), and those of a web
 * socket proxy ({@code AllocationPatternSimulator}, there). In both a random one of the live buffers is released and
 * another one allocated.
 *
 * <p>Netty's own do not write to the buffers. Here each page of a new buffer is written once, as a program would, since
 * what was never written takes no memory.
 */
package io.znsslab.netty.benchmark;
