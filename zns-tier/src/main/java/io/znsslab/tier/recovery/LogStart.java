package io.znsslab.tier.recovery;

import io.znsslab.tier.format.Superblock;
import java.util.List;
import java.util.Map;

/**
 * Where the log goes on.
 *
 * @param superblock the superblock of this opening
 * @param region number of the last region that anything was written of
 * @param members zones that the log has
 * @param complete those members that hold the last complete region
 * @param first bounds from which on no slab ids and epochs were ever issued
 * @param promised bounds that the last complete region promises; null if there is none
 * @param tail the end of the last complete region, if the log can go on behind it; else null
 * @param issued what may have been issued before
 * @param raised ids that have a bound of generations of their own, with that bound
 */
public record LogStart(
        Superblock superblock,
        long region,
        List<Integer> members,
        List<Integer> complete,
        Bounds first,
        Bounds promised,
        RegionTail tail,
        IssueBounds issued,
        Map<Long, Integer> raised) {}
