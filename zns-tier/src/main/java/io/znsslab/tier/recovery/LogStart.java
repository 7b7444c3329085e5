package io.znsslab.tier.recovery;

import io.znsslab.tier.format.Superblock;
import java.util.List;
import java.util.Map;

/**
 * Where the log goes on.
 *
 * @param superblock of this opening
 * @param region number of the last region that anything was written of
 * @param members zones that the log has
 * @param complete of these, the ones of the last complete region
 * @param first no slab ids and epochs from these on were ever issued
 * @param promised bounds that the last complete region promises; null if there is none
 * @param tail of the last complete region, if that can be gone on behind; else null
 * @param issued what may have been issued before
 * @param raised ids that have a bound of generations of their own, and that
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
