package io.znsslab.tier.device;

/**
 * Decides which changes of a device file fail, so that tests can have any of them fail, and what its file system keeps
 * of it. Asked by whatever thread makes the change.
 */
@FunctionalInterface
interface FileFaults {
    /** What is done to a device file. */
    enum Change {
        /** A block of the header or the zone table is written. */
        WRITE_TABLE,
        /** A block is transferred to find out whether the disk takes blocks of that size. */
        TRY_BLOCK,
        /** The room that a zone needs is taken on the file system. */
        TAKE_ROOM,
        /** A zone is written. */
        WRITE_DATA,
        /** All of it is made durable. */
        FLUSH
    }

    /** Nothing fails but what the kernel fails. */
    FileFaults NONE = (change, offset) -> 0;

    /**
     * The errno that the change fails with; 0 for it to be made.
     *
     * @param offset in the file; 0 for a flush, the size of a block that is tried
     */
    int errnoOf(Change change, long offset);

    /** The permissions of a new file that has {@code found}: some file systems keep none, and give it those of all. */
    default int permissionsOf(int found) {
        return found;
    }
}
