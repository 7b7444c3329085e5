/**
 * {@code zns-slab bench churn}: resident memory while objects of mixed sizes are replaced at random, and once their
 * epoch is closed.
 */
package io.znsslab.cli.bench.churn;
