package io.znsslab.tier.inspect;

/**
 * Something on a device that is not as it was written.
 *
 * @param what the kind of block
 * @param zone number of the zone
 * @param offsetBytes device offset
 * @param epoch number of the epoch of a slab; -1 for another block
 * @param slabId id of a slab; -1 for another block
 * @param objects live objects that can't be read any more
 * @param reason what is wrong, for people: the part of a sentence that follows "since"
 */
public record Damage(What what, int zone, long offsetBytes, long epoch, long slabId, int objects, String reason) {
    /** The kind of block. */
    public enum What {
        /** One of the two copies of a superblock: the other one is sound, and nothing is lost. */
        SUPERBLOCK_COPY("one copy of a superblock of the log"),
        /** One of the two copies of a block of the log: the other one is sound, and nothing is lost. */
        LOG_COPY("one copy of a block of the log"),
        /** The first block of a zone of slabs, which the log makes up for. */
        ZONE_HEADER("the header of a zone"),
        /** The summary of an extent: its slabs can be read, but the zone's garbage can't be collected. */
        SUMMARY("the summary of an extent"),
        /** A live slab: its objects are lost. */
        SLAB("a slab");

        private final String words;

        What(String words) {
            this.words = words;
        }

        /** The kind in words, for messages. */
        public String words() {
            return words;
        }
    }

    /** Whether objects are lost by it. */
    public boolean isLoss() {
        return what == What.SLAB;
    }
}
