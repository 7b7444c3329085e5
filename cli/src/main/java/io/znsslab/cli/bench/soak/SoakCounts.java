package io.znsslab.cli.bench.soak;

/**
 * What was done.
 *
 * @param allocated objects allocated and written
 * @param freed objects freed one by one, in either tier
 * @param verified objects read in DRAM or on the device, every byte compared
 * @param verifiedAfterRestart objects read after the store was closed and reopened, every byte compared
 * @param staleChecked handles of objects that were gone, looked up and freed in vain
 * @param epochsDemoted epochs moved to the device
 * @param epochsDiscarded epochs dropped whole
 */
record SoakCounts(
        long allocated,
        long freed,
        long verified,
        long verifiedAfterRestart,
        long staleChecked,
        long epochsDemoted,
        long epochsDiscarded) {
    static final SoakCounts NONE = new SoakCounts(0, 0, 0, 0, 0, 0, 0);

    SoakCounts plus(SoakCounts other) {
        return new SoakCounts(
                allocated + other.allocated,
                freed + other.freed,
                verified + other.verified,
                verifiedAfterRestart + other.verifiedAfterRestart,
                staleChecked + other.staleChecked,
                epochsDemoted + other.epochsDemoted,
                epochsDiscarded + other.epochsDiscarded);
    }

    /** Operations of all kinds. */
    long total() {
        return allocated + freed + verified + verifiedAfterRestart + staleChecked + epochsDemoted + epochsDiscarded;
    }
}
