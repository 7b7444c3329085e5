/**
 * {@code zns-slab bench requests}: whole requests, each with a lifetime of its own, in more and more threads, and what
 * they ask of the kernel.
 */
package io.znsslab.cli.bench.requests;
