/**
 * What a device is found to be when it is opened, and the log of superblocks that says so.
 *
 * <p>Two sequential zones hold superblocks, in turn: one is appended to until it is full, then the other is reset and goes on. At any moment one of them holds a
 * valid superblock. Where a device allows only one partly written zone, each superblock's zone is finished at once, and the data gets the one there is.
 *
 * <p>Invariant: the superblock of an opening is durable before anything else is written in that opening.
 */
package io.znsslab.tier.recovery;
