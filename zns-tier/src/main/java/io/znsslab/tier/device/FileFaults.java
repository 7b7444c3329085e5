package io.znsslab.tier.device;

/** Decides which changes of a device file fail, for tests. Called by whatever thread makes the change. */
@FunctionalInterface
interface FileFaults {
    /** A change of a device file. */
    enum Change {
        /** A block of the header or the zone table is written. */
        WRITE_TABLE,
        /** A block is transferred to check that the disk takes blocks of that size. */
        TRY_BLOCK,
        /** Blocks for a whole zone are allocated on the file system. */
        TAKE_ROOM,
        /** A zone is written. */
        WRITE_DATA,
        /** The file is made durable. */
        FLUSH
    }

    /** No planned failures. */
    FileFaults NONE = (change, offset) -> 0;

    /**
     * The errno that the change fails with; 0 to let it succeed.
     *
     * @param offset in the file; 0 for a flush, the size of a block that is tried
     */
    int errnoOf(Change change, long offset);

    /**
     * The permissions that a new file with permissions {@code found} shows: some file systems keep none, and give every
     * file the same.
     */
    default int permissionsOf(int found) {
        return found;
    }
}
