package io.znsslab.tier.recovery;

import io.znsslab.tier.format.Superblock;
import java.util.List;

/**
 * Where the log goes on.
 *
 * @param superblock the superblock of this opening
 * @param region number of the last region that anything was written of
 * @param members zones that the log has
 * @param complete the last complete region
 * @param before what may have been issued before: no slab ids and epochs from its bounds on ever were
 * @param root what the application has kept in the log
 */
public record LogStart(
        Superblock superblock,
        long region,
        List<Integer> members,
        CompleteRegion complete,
        Reservations before,
        Root root) {}
