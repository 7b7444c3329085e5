package io.znsslab.tier.recovery;

import io.znsslab.tier.format.Superblock;
import java.util.List;

/**
 * Where the log goes on.
 *
 * @param superblock of this opening
 * @param turn number of the last turn that anything was written of
 * @param members zones that the log has
 * @param complete of these, the ones of the last complete turn
 * @param slabIds all ids below have been issued
 * @param epochs all epochs below have been opened
 */
public record LogStart(
        Superblock superblock, long turn, List<Integer> members, List<Integer> complete, long slabIds, long epochs) {}
