/**
 * The log that says what on the device counts, and what an opening makes of it.
 *
 * <p>The log is the truth: a slab is there if, and where, the log says so. It is made of records that say how something is now (see {@link io.znsslab.tier.format.LogBlockLayout}): so a record may be met
 * twice, the last one counts, and every beginning of the log describes a state that the store was in. Images and extent summaries are what it points to; they are not searched, since what they can't say,
 * that a slab has died or an epoch was never acknowledged, would have to be looked up here all the same.
 *
 * <pre>
 *   turn 7, complete:    | superblock | checkpoint: all slabs ... end | group | group | ...
 *   turn 8, being begun: | superblock | checkpoint ...
 * </pre>
 *
 * <p>Turns are written in turn into two sets of zones. Of the turns whose checkpoint is complete the highest counts; its zones are touched by nobody until a higher one is complete and durable. So a crash
 * at any point leaves a valid turn. Each block is written twice, side by side: one damaged block costs nothing. A block that was durable and is gone in both copies is damage, which a later block gives
 * away, since each says up to where all was durable when it was made; else the log ends there. A new turn, before anybody is answered, and a close in good order add a block for no other purpose.
 *
 * <p>What an opening makes of damage to the log:
 * <pre>
 *   one copy of a block or superblock                      nothing is lost
 *   both copies of a block that a later one vouches for    told: what it said is missing
 *   both copies of a superblock                            told, as soon as a block of the same zone vouches for one before it in the zone
 *   both copies of the last group, after a close           told, as above
 *   both copies of the last group, after a sudden end      NOT told: see below
 *   a checkpoint, of a turn with or without other groups   told, and an older turn answers
 *   a zone of the counting turn that is offline            told
 *   another zone that is offline, of which the log         told, though it may have been empty: it may as well have held a later turn
 *     does not say what it holds
 * </pre>
 *
 * <p>Two things can't be told from a power cut, which leaves behind the same bytes: after a sudden end, the loss of both copies of blocks of the very last group, and of a checkpoint that fills its turn to the last block, so that none is
 * left to vouch for it. The log then ends before the group, or an older turn counts: what the group acknowledged is not there, or what it freed is there again, as if it had never been asked for. To close that gap each
 * acknowledgement would have to wait for a second write and flush.
 *
 * <p>What is written when:
 * <ul>
 *   <li>Whatever happens to a slab on the device marks it ({@link io.znsslab.tier.recovery.CheckpointLog#changed}) after it happened. Who needs it durable asks for a group: the thread takes all marks,
 *       writes how these slabs are <em>now</em>, flushes, and answers everybody who asked before.
 *   <li>A demotion is acknowledged by a record of its epoch, after those of its slabs. Without it none of the epoch's slabs counts: it is there as a whole, or not at all. Their images were flushed before.
 *   <li>A zone is reset only after a group that was asked for when it was dead: no record points into it any more.
 *   <li>Slab ids and epochs are issued only below bounds that are durable. After an end without warning, ids below the bound that have no slab are never used again, nor those of slabs that were found,
 *       once these die; after a close in good order the last record says which generations they go on from.
 *   <li>On a device that is being taken into use, the first superblock is durable before anything else is written: a power cut leaves an empty device, or one that is known to be ours.
 *   <li>Each opening begins with a flush, since a killed process leaves writes in the device's cache that look durable and are not, and with a turn of its own, durable before anything else is written: what
 *       was found once is so for good. Until then nothing on the device is changed, so that a crash during recovery changes nothing.
 * </ul>
 *
 * <p>When a group can't be written where it is due, it is tried in a new turn, in other zones; zones that fail are replaced by empty ones of data. Where only one zone may be partly written, each group is a
 * turn of its own, and the zone of data that is being written is ended before: each acknowledgement costs the rest of a zone there.
 *
 * <p>A turn has room for a device full of epochs of eight slabs on average, and a quarter more. What smaller ones need beyond that is refused as the device being full: the group fails, its demotions with it, and the turn before,
 * which is complete, goes on counting until epochs are discarded. What a turn holds as groups it can hold as a checkpoint, which says the same in no more bytes; so what was acknowledged can be opened.
 *
 * <p>Memory: while an opening looks for slabs it takes 12 bytes a slab and its bitmap off the heap, and 5 on it; all of
 * that is given back once the allocator has what was found. What stays on the heap is what a running store has:
 * the ids of each epoch, mostly as runs, at most 4 bytes a slab, and some 250 bytes an epoch: 8 bytes a slab for epochs
 * of 64 slabs.
 *
 * <p>Used by the tier, demotion and collection. Stands on zones, format and device.
 */
package io.znsslab.tier.recovery;
