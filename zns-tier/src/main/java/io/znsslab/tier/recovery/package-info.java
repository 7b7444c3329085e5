/**
 * The log that says what on the device counts, and what an opening makes of it.
 *
 * <p>The log is the truth: a slab is there if, and where, the log says so. The log is made of records that say how
 * something is now (see {@link io.znsslab.tier.format.LogRecordLayout}): so a reader may meet a record twice, the last
 * one counts, and every beginning of the log describes a state that the store was in. The log points to images and
 * extent summaries; an opening does not search them, since what they can't say, that a slab has died or an epoch was
 * never acknowledged, would have to be looked up in the log all the same.
 *
 * <pre>
 *   region 7, complete:    | superblock | checkpoint: all slabs ... end | group | group | ...
 *   region 8, being begun: | superblock | checkpoint ...
 * </pre>
 *
 * <p>Regions are written in turn into two sets of zones. The highest region whose checkpoint is complete counts;
 * nothing touches its zones until a higher one is complete and durable. So a crash at any point leaves a valid region.
 * Each block is written twice, side by side: one damaged copy costs nothing. A block that was durable and is gone in
 * both copies is damage, which a later block reveals, since each block says up to where all blocks were durable when it
 * was made; if no later block reveals it, the log ends there.
 *
 * <h2>Checkpoints beside the work</h2>
 *
 * <p>A checkpoint of a large store is many gigabytes. No caller waits for it: the log's thread writes it in pieces, one
 * after each group, and one after the other while no group is asked for.
 *
 * <pre>
 *   region 7, counts:        | checkpoint | group | group | reopened | g1 |  g2 |  g3 |      | g4 |     |
 *   region 8, being written:                              | begins   |   p1, g1'|p2, g2'|p3, g3'| p4, g4'| end |
 * </pre>
 *
 * <ul>
 *   <li>A group is acknowledged as soon as it is durable in region 7. Its records go to region 8 as well, whether the
 *       checkpoint has passed their slabs or not: each record says how a slab is when the record is written, so that
 *       the last one says what counts. The end of region 8's checkpoint comes once the checkpoint has seen all slabs
 *       and all groups so far are in the region; then region 8 counts, and region 7 is written to no more.
 *   <li>An opening goes on behind the last block of the last region, with a record that the store is <em>reopened</em>,
 *       and begins the next region. The opening does so where it has found that region whole, up to a write pointer
 *       that a block can follow, has lost nothing that the region records, and has slabs of the same shape. Else, after
 *       a power cut in the middle of a block for example, or where a program of an earlier version wrote the region,
 *       the opening writes its first region at once.
 *   <li>A running store begins the next region when half of the room that groups have in the present one is used up, or
 *       three quarters of what the store may reserve.
 *   <li>A group that finds no room in region 7 before region 8 is complete waits for the rest of region 8's checkpoint,
 *       and is the first group that is in region 8 alone. The same holds where few zones may be partly written: two
 *       regions at a time need two such zones.
 *   <li>Where region 8 can't be written, the log gives it up as long as it has no end, and region 7 goes on. Once
 *       region 8's end may be on the device, region 8 may count: then the log gives up both, and acknowledges nothing
 *       before region 9 is complete, which is written over what there is of region 8.
 * </ul>
 *
 * <p>How region 8 is written:
 *
 * <ul>
 *   <li>The log's thread forms blocks in one staging buffer while the buffer before is being written, and a third may
 *       wait between them. A write is as large as the device takes at once, 256 KiB at most, which are 32 blocks with
 *       their copies: a group's flush waits behind it. That takes three buffers for each of the two regions, 1.5 MiB in
 *       all.
 *   <li>Of each region one write is in flight: the next is submitted once the one before it is complete. More would
 *       gain nothing, since the kernel passes one write of a zone at a time on to a zoned device (mq-deadline locks the
 *       zone, newer kernels queue its writes), and io_uring may hand requests to several threads, so that two writes of
 *       a zone arrive in the wrong order. So there is always a beginning of the region on its way, and no write reaches
 *       a zone after one that failed: then the region is dropped, all that waits in its buffers with it.
 *   <li>A group is written and flushed while a write of region 8 is in flight; it waits for that write only if region 8
 *       has no buffer free for the group's records. Region 7's flush says nothing about region 8, and need not.
 *   <li>Before the end of the checkpoint is formed, all that was submitted before must be complete without an error, so
 *       that an error up to there costs region 8 alone. The end itself counts by a flush that is submitted once the end
 *       is complete, and so covers all of the region; the commit block that says so is formed after that flush.
 *   <li>Zones are reset or finished only when no write of the region that had them is in flight.
 *   <li>A group waits for one piece at most: 256 KiB of blocks, or as many as the thread can form in a millisecond as
 *       long as region 8 is in no danger to come too late. Zones for region 8 are emptied one at a time, too.
 * </ul>
 *
 * <p>The power may go at any point:
 *
 * <pre>
 *   region 8's zones are emptied            region 7 counts. Region 6 is gone, not needed while region 7 is whole
 *   before the record of the reopening    region 7 is what it was: closed in order, if it was. Nothing was issued since
 *   before a group is durable in region 7 it was not acknowledged. Part of it may count: each record says how something
 *                                         was, and an epoch is there by a record after those of its slabs
 *   before it is in region 8, or durable  region 8 has no end: it does not count, whatever is in it
 *     there                               since the end comes after all of them, and zones are written in order
 *   while region 8's end is written         either counts: what was acknowledged is in both
 *   after it                              region 8 counts, with what was acknowledged in it alone. If the device loses
 *                                         its end, a later block says so: as for every block
 * </pre>
 *
 * <p>Some records of region 7, which a new checkpoint would have left out, may not hold any more when the store is
 * reopened:
 *
 * <ul>
 *   <li>that the store is closed, and which ids can be used again: the record of the reopening takes both back.
 *   <li>slabs of epochs that were never acknowledged, and empty ones: they are no slabs to any opening, their ids are
 *       used again by slabs whose records replace theirs, and no epoch gets the number of an earlier one.
 *   <li>how far the ids of an epoch's slabs have come: after a sudden end that is as far as generations were reserved,
 *       also where a later end is in good order, since the epoch's record stays what it was.
 *   <li>zones: the log records again what a zone holds with the first slab in it that it records, and whenever the
 *       zone's incarnation is another.
 *   <li>the number of the opening, which incarnations begin with: it is in the record of the reopening, and before that
 *       in region 8's superblock, so that the next opening has a higher number, whichever of the two it finds.
 * </ul>
 *
 * <p>What an opening makes of damage to the log:
 *
 * <pre>
 *   one copy of a block or superblock                      nothing is lost
 *   both copies of a block below a later commit block      reported: what it said is missing
 *   both copies of a block of a region without an end      nothing is lost, if the end was not in that block; else
 *                                                            reported
 *   both copies of a superblock                            reported, as soon as a commit block follows one before it
 *   both copies of the last group, after a close           reported, as above
 *   both copies of the last group, after a sudden end      NOT reported: see below
 *   a checkpoint, of a region with or without other groups   reported, and an older region answers
 *   a zone of the counting region that is offline            reported
 *   another zone that is offline, of which the log         reported, empty or not: it may have held a later region
 *     does not say what it holds
 * </pre>
 *
 * <p>An opening can't distinguish two losses from a power cut, which leaves behind the same bytes: after a sudden end,
 * the loss of both copies of blocks of the very last group, and the loss of blocks of a checkpoint that fills its
 * region to the last block, so that no commit block follows. The log then ends before the group, or an older region
 * counts: what the group acknowledged is not there, or what it freed is there again, as if the group had never been
 * asked for. To close that gap each acknowledgement would have to wait for a second write and flush.
 *
 * <p>What is written when:
 *
 * <ul>
 *   <li>Each change of a slab on the device marks the slab ({@link io.znsslab.tier.recovery.CheckpointLog#changed})
 *       after the change. A caller that needs the change durable asks for a group: the log's thread takes all marks,
 *       writes how these slabs are <em>now</em>, flushes, and answers all requests that came before.
 *   <li>A demotion is acknowledged by a record of its epoch, after those of its slabs. Without that record none of the
 *       epoch's slabs counts: the epoch is there as a whole, or not at all. The slabs' images were flushed before.
 *   <li>The root, up to 4 KiB of the application's, is written as a whole: in each region's checkpoint, and in the next
 *       group after it was set. It lies in several records, so that a power cut may leave a part of it, which does not
 *       count: what a reader finds is a root that was set, and none before the one that was set before the last sync.
 *   <li>When an epoch expires is written before the record of its demotion, so that no epoch counts without it, in the
 *       checkpoint as well; and in the next group after it was set to another time.
 *   <li>A zone is reset only after a group that was asked for when the zone was dead: no record points into the zone
 *       any more.
 *   <li>Slab ids, their generations and epochs are issued only below bounds that are durable: see below.
 *   <li>Whatever is thrown while a group is being written, an error for want of memory included, fails the requests
 *       that wait for the group, and the region with it: the next group begins a region, which records everything.
 *       "Closed in good order" is the last record of a group like any other: it is there only where all records before
 *       it are.
 *   <li>On a device that is being taken into use, the first superblock is durable before anything else is written: a
 *       power cut leaves an empty device, or one that is known to hold a store.
 *   <li>Each opening begins with a flush, since a killed process leaves writes in the device's cache that look durable
 *       and are not, and with a record that it has reopened the store, or a region of its own, durable before anything
 *       else is written: what an opening has found stays so for good, since an opening that has found anything damaged
 *       or lost writes a region. Until then the opening changes nothing that counts, so that a crash during recovery
 *       changes nothing.
 * </ul>
 *
 * <p>No handle is issued twice, nor the number of an epoch, whatever is lost:
 *
 * <ul>
 *   <li>Within a run the allocator ensures that. It issues slab ids, epochs and generations of each id below bounds
 *       that a durable group <em>reserves</em>, followed by a commit block. Generations have one bound for all ids;
 *       single ids whose slabs are refilled over and over have a higher bound of their own (<em>raised</em>), until so
 *       many ids have one that the bound of all is raised.
 *   <li>After a close in good order the last group says how far each id that the run has used has come; the other ids
 *       are where they were known to be before.
 *   <li>After a sudden end, ids and epochs go on at what was reserved, and an id below, about which nothing else is
 *       known, is used again from the bound of its generations on: no run before has come to that bound. So a sudden
 *       end uses up no ids, but it uses up 1,024 generations of all ids, of which each has 2<sup>24</sup>.
 *   <li>Where a region is lost, or a part of it, an older one may answer. Each region <em>promises</em> in its
 *       checkpoint bounds for slab ids and epochs that the region after it also keeps to: what is reserved in region n
 *       is below what region n - 1 promises and, since promises are never taken back, below what region n promises; to
 *       reserve more, a region is completed first. Region n + 1 is written over region n - 1 while region n counts:
 *       once the zones of n - 1 are emptied and the promise of n + 1 is durable, the promise of n is the bound. So at
 *       any time all that was ever issued is below the promise of each region that is complete, and of a later one that
 *       is being written. An opening that finds the log damaged goes on from the highest of all promises that it can
 *       read: no id below that promise is used again but by the slabs that are there, and no epoch. If the opening
 *       finds no promise, it refuses to open the store at all. Where the log is damaged, the count of openings, the
 *       upper half of incarnations, skips 65,536 numbers: more openings than could have been begun in vain, each ending
 *       before it had a region, while the lost region was there.
 * </ul>
 *
 * <p>Each zone says by itself whether it is part of the log: an opening reads the first block of every zone that is
 * written, 64 at a time. The opening could follow the log instead, and pass over the zones in which a region knows live
 * slabs, only as long as no zone of the log fails. The zones of region n + 1 are chosen from those in which region n
 * knows nothing live. But where a zone of region n can't be reset any more, the zone stays as it was, and readable;
 * region n + 1 may by then have been emptied for region n + 3, which a power cut ended before its first block. Then
 * region n + 2 counts, in zones that were empty only after region n: an opening that finds region n and believes it
 * passes over those zones, and gives up what was acknowledged. The condition of the failed zone need not show the
 * failure: a reset may fail and the zone count as full.
 *
 * <p>No thread waits for the log's thread with a lock held, and the log's thread takes only locks that are leaves: the
 * registry's over its free list, and those of zones. To say how a slab is, the log's thread waits for the slab to
 * settle in a tier, and so for readers that began before, which wait for no thread.
 *
 * <p>When a group can't be written where it is due, the log tries it in a new region, in other zones; it replaces zones
 * that fail by empty data zones. Where only one zone may be partly written, each group is a region of its own, and the
 * data zone that is being written is ended before: each acknowledgement costs the rest of a zone there.
 *
 * <p>A region has room for a device full of epochs of eight slabs on average, and a quarter more, two fifths of which
 * the times at which these epochs expire take if all do. If smaller epochs need more than that, the log refuses the
 * group as if the device were full: the group fails, its demotions with it, and the region before, which is complete,
 * goes on counting until epochs are discarded. A region can hold as a checkpoint, which says the same in no more bytes,
 * what it holds as groups; so what was acknowledged can be opened. That room is for bitmaps of size classes at first.
 * Once the log has recorded a packed slab, whose bitmap may be longer, the regions begun from then on have as many
 * zones as packed slabs need, if the device has them.
 *
 * <p>Memory: while an opening looks for slabs it takes, for each slab, 12 bytes and the slab's bitmap off the heap, and
 * 5 bytes on the heap. The further words of packed slabs' bitmaps lie in chunks of their own, of which there are none
 * without packed slabs. All of that is given back once the allocator has what was found. What stays on the heap is what
 * a running store has: the ids of each epoch, mostly as runs, at most 4 bytes a slab, and some 250 bytes an epoch: 8
 * bytes a slab for epochs of 64 slabs.
 *
 * <p>The tier, demotion and collection use this package. It stands on zones, format and device.
 */
package io.znsslab.tier.recovery;
