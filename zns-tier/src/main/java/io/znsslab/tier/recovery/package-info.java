/**
 * The log that says what on the device counts, and what an opening makes of it.
 *
 * <p>The log is the truth: a slab is there if, and where, the log says so. It is made of records that say how something
 * is now (see {@link io.znsslab.tier.format.LogBlockLayout}): so a record may be met twice, the last one counts, and
 * every beginning of the log describes a state that the store was in. Images and extent summaries are what it points
 * to; they are not searched, since what they can't say, that a slab has died or an epoch was never acknowledged, would
 * have to be looked up here all the same.
 *
 * <pre>
 *   region 7, complete:    | superblock | checkpoint: all slabs ... end | group | group | ...
 *   region 8, being begun: | superblock | checkpoint ...
 * </pre>
 *
 * <p>Regions are written in turn into two sets of zones. Of the regions whose checkpoint is complete the highest
 * counts; its zones are touched by nobody until a higher one is complete and durable. So a crash at any point leaves a
 * valid region. Each block is written twice, side by side: one damaged block costs nothing. A block that was durable
 * and is gone in both copies is damage, which a later block gives away, since each says up to where all was durable
 * when it was made; else the log ends there.
 *
 * <h2>Checkpoints beside the work</h2>
 *
 * <p>A checkpoint of a large store is many gigabytes. Nobody waits for it: it is written in pieces, one after each
 * group, and one after the other while nobody asks for a group.
 *
 * <pre>
 *   region 7, counts:        | checkpoint | group | group | reopened | g1 |  g2 |  g3 |      | g4 |     |
 *   region 8, being written:                              | begins   |   p1, g1'|p2, g2'|p3, g3'| p4, g4'| end |
 * </pre>
 *
 * <ul>
 *   <li>A group is durable in turn 7, and acknowledged by that alone. Its records go to region 8 as well, whether the
 *       checkpoint has passed their slabs or not: each says how a slab is when it is written, so that the last one says
 *       what counts. Its end comes once all was shown and all groups so far are in it; then region 8 counts, and region
 *       7 is written to no more.
 *   <li>An opening goes on behind the last block of the last region, by a record that the store is <em>reopened</em>,
 *       and begins the next region. It does so where it has found that region whole, up to a write pointer that a block
 *       can follow, lost nothing of what it tells of, and has slabs of the same shape. Else, after a power cut in the
 *       middle of a block for example, its first region is written at once.
 *   <li>A running store begins the next region when half of the room that groups have in the present one is used up, or
 *       three quarters of what it may reserve.
 *   <li>A group that finds no room in turn 7 before region 8 is complete waits for the rest of its checkpoint, and is
 *       the first that is in turn 8 alone. The same where few zones may be partly written: two regions at a time need
 *       two.
 *   <li>Where region 8 can't be written, it is given up as long as it has no end, and region 7 goes on. Once its end
 *       may be on the device it may count: then both are given up, and nothing is acknowledged before region 9 is
 *       complete, which is written over what there is of region 8.
 * </ul>
 *
 * <p>The power may go at any point:
 *
 * <pre>
 *   region 8's zones are emptied            region 7 counts. Region 6 is gone, not needed while region 7 is whole
 *   before the record of the reopening    region 7 is what it was: closed in order, if it was. Nothing was issued since
 *   before a group is durable in turn 7   it was not acknowledged. Part of it may count: each record says how something
 *                                         was, and an epoch is there by a record after those of its slabs
 *   before it is in turn 8, or durable    region 8 has no end: it does not count, whatever is in it
 *     there                               since the end comes after all of them, and zones are written in order
 *   while region 8's end is written         either counts: what was acknowledged is in both
 *   after it                              region 8 counts, with what was acknowledged in it alone. If the device loses
 *                                         its end, a later block says so: as for every block
 * </pre>
 *
 * <p>What a record in turn 7 may not say any more when the store is reopened, a new checkpoint would have left out:
 *
 * <ul>
 *   <li>that the store is closed, and which ids can be used again: the record takes both back.
 *   <li>slabs of epochs that were never acknowledged, and empty ones: they are no slabs to any opening, their ids are
 *       used again by slabs whose records replace theirs, and no epoch gets the number of an earlier one.
 *   <li>how far the ids of an epoch's slabs have come: after a sudden end that is as far as generations were reserved,
 *       also where a later end is in good order, since the epoch's record stays what it was.
 *   <li>zones: what a zone holds is told again with the first slab that is told of, and whenever its incarnation is
 *       another.
 *   <li>the number of the opening, which incarnations begin with: it is in the record, and in turn 8's superblock
 *       before, so that the next opening has a higher one, whichever of the two it finds.
 * </ul>
 *
 * <p>What an opening makes of damage to the log:
 *
 * <pre>
 *   one copy of a block or superblock                      nothing is lost
 *   both copies of a block below a later commit block      told: what it said is missing
 *   both copies of a superblock                            told, as soon as a commit block follows one before it
 *   both copies of the last group, after a close           told, as above
 *   both copies of the last group, after a sudden end      NOT told: see below
 *   a checkpoint, of a region with or without other groups   told, and an older region answers
 *   a zone of the counting region that is offline            told
 *   another zone that is offline, of which the log         told, empty or not: it may have held a later region
 *     does not say what it holds
 * </pre>
 *
 * <p>Two things can't be told from a power cut, which leaves behind the same bytes: after a sudden end, the loss of
 * both copies of blocks of the very last group, and of a checkpoint that fills its region to the last block, so that no
 * commit block follows. The log then ends before the group, or an older region counts: what the group acknowledged is
 * not there, or what it freed is there again, as if it had never been asked for. To close that gap each acknowledgement
 * would have to wait for a second write and flush.
 *
 * <p>What is written when:
 *
 * <ul>
 *   <li>Whatever happens to a slab on the device marks it ({@link io.znsslab.tier.recovery.CheckpointLog#changed})
 *       after it happened. Who needs it durable asks for a group: the thread takes all marks, writes how these slabs
 *       are <em>now</em>, flushes, and answers everybody who asked before.
 *   <li>A demotion is acknowledged by a record of its epoch, after those of its slabs. Without it none of the epoch's
 *       slabs counts: it is there as a whole, or not at all. Their images were flushed before.
 *   <li>A zone is reset only after a group that was asked for when it was dead: no record points into it any more.
 *   <li>Slab ids, their generations and epochs are issued only below bounds that are durable: see below.
 *   <li>Whatever is thrown while a group is being written, an error for want of memory included, fails those who wait
 *       for it, and the region with it: the next group begins a region, which tells of everything. "Closed in good
 *       order" is the last record of a group like any other: it is there only where all before it is.
 *   <li>On a device that is being taken into use, the first superblock is durable before anything else is written: a
 *       power cut leaves an empty device, or one that is known to be ours.
 *   <li>Each opening begins with a flush, since a killed process leaves writes in the device's cache that look durable
 *       and are not, and with a record that it has reopened the store, or a region of its own, durable before anything
 *       else is written: what was found once is so for good, since an opening that has found anything damaged or lost
 *       writes a region. Until then nothing that counts is changed, so that a crash during recovery changes nothing.
 * </ul>
 *
 * <p>No handle is issued twice, nor the number of an epoch, whatever is lost:
 *
 * <ul>
 *   <li>Within a run the allocator sees to that. It issues slab ids, epochs and generations of each id below bounds
 *       that a durable group <em>reserves</em>, followed by a commit block. Generations have one bound for all ids, and
 *       single ids whose slabs are refilled over and over a higher one of their own (<em>raised</em>), until so many
 *       have one that the bound of all is raised.
 *   <li>After a close in good order the last group says how far each id has come that the run has used; the others are
 *       where they were known to be before.
 *   <li>After a sudden end, ids and epochs go on at what was reserved, and an id below, of which nothing else is known,
 *       is used again from the bound of its generations on: no run before has come to it. So a sudden end uses up no
 *       ids, but 1,024 generations of all, of which there are 2<sup>24</sup>.
 *   <li>Where a region is lost, or a part of it, an older one may answer. Each region <em>promises</em> in its
 *       checkpoint bounds for slab ids and epochs that also the region after it keeps to: what is reserved in turn n is
 *       below what region n - 1 promises and, promises never being taken back, below what n promises; to reserve more,
 *       a region is completed first. Region n + 1 is written over region n - 1 while n counts: from when the zones of n
 *       - 1 were emptied, and the promise of n + 1 is durable, that of n is the bound. So at any time all that was ever
 *       issued is below the promise of each region that is complete, and of a later one that is being written. An
 *       opening that finds the log damaged goes on from the highest promise of all that it can read: no id below is
 *       used again but by the slabs that are there, and no epoch. Finds it none, it refuses to open the store at all.
 *       The count of openings, the upper half of incarnations, then skips 65,536, more than could have been begun in
 *       vain, each ending before it had a region, while the lost region was there.
 * </ul>
 *
 * <p>Where the log is, each zone says by itself: an opening reads the first block of every zone that is written, 64 at
 * a time. That it could follow the log instead, and pass over the zones in which a region knows live slabs, is true
 * only as long as no zone of the log fails. The zones of region n + 1 are chosen from those in which region n knows
 * nothing live. But where a zone of region n can't be reset any more it stays as it was, and readable; region n + 1 may
 * by then have been emptied for region n + 3, which the power cut short before its first block. Then region n + 2
 * counts, in zones that were empty only after region n: an opening that finds region n and believes it passes over
 * them, and gives up what was acknowledged. A condition of the failed zone need not show it: a reset may fail and the
 * zone count as full.
 *
 * <p>Nobody waits for the log's thread with a lock held, and it takes none but leaves: the registry's over its free
 * list, and those of zones. To say how a slab is, it waits for the slab to settle in a tier, and so for readers that
 * began before, which wait for nobody.
 *
 * <p>When a group can't be written where it is due, it is tried in a new region, in other zones; zones that fail are
 * replaced by empty ones of data. Where only one zone may be partly written, each group is a region of its own, and the
 * zone of data that is being written is ended before: each acknowledgement costs the rest of a zone there.
 *
 * <p>A region has room for a device full of epochs of eight slabs on average, and a quarter more. What smaller ones
 * need beyond that is refused as the device being full: the group fails, its demotions with it, and the region before,
 * which is complete, goes on counting until epochs are discarded. What a region holds as groups it can hold as a
 * checkpoint, which says the same in no more bytes; so what was acknowledged can be opened.
 *
 * <p>Memory: while an opening looks for slabs it takes 12 bytes a slab and its bitmap off the heap, and 5 on it; all of
 * that is given back once the allocator has what was found. What stays on the heap is what a running store has: the ids
 * of each epoch, mostly as runs, at most 4 bytes a slab, and some 250 bytes an epoch: 8 bytes a slab for epochs of 64
 * slabs.
 *
 * <p>Used by the tier, demotion and collection. Stands on zones, format and device.
 */
package io.znsslab.tier.recovery;
