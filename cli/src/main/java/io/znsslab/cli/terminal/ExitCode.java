package io.znsslab.cli.terminal;

/**
 * What the process' exit status says. The numbers are part of the command line's contract: scripts rely on them, so a
 * number keeps its meaning and is never given to something else. {@code zns-slab --help} and the manual page print this
 * table.
 */
public enum ExitCode {
    DONE(0, "done, and every check held"),
    UNEXPECTED(1, "something went wrong that no other code names"),
    USAGE(2, "unknown command, option or value"),
    WRONG_ANSWER(3, "a check failed: an object, a stale handle, a checksum or a zone was not as it must be"),
    INPUT_UNUSABLE(4, "a file given as input or output cannot be used"),
    DEVICE_MISSING(5, "no such device"),
    DEVICE_REFUSED(6, "the device is in use, not zoned, foreign, not permitted, or --yes or --force is missing"),
    NOT_AT_WRITE_POINTER(7, "a write that does not start at its zone's write pointer"),
    BEYOND_WRITE_POINTER(8, "a read beyond its zone's write pointer"),
    DEVICE_FULL(9, "no room left: on the device, or in the arena"),
    DEVICE_FAILED(10, "the device reported an error"),
    DATA_CORRUPT(11, "data on the device failed its checksum or identity check"),
    NO_ZONED_KERNEL(12, "no kernel with that zoned device is available here, or the micro-VM died"),
    SETUP_INCOMPLETE(13, "a library, tool, JDK or build is missing, or io_uring is forbidden"),
    ZONE_REFUSED(
            14, "not inside the device or zone, not whole blocks, or not allowed by the zone's condition or limits"),
    GOAL_MISSED(15, "a benchmark that was run with --check missed one of its goals"),
    COMMAND_NOT_RUN(127, "the command given to `emulate` cannot be run"),
    INTERRUPTED(130, "interrupted, as by Ctrl-C"),
    OUTPUT_ENDED(141, "the reader of standard output closed it early, as `head` does; no message is printed"),
    TERMINATED(143, "ended by the signal TERM, as `kill` and `timeout` send it");

    private final int status;
    private final String meaning;

    ExitCode(int status, String meaning) {
        this.status = status;
        this.meaning = meaning;
    }

    /** The process' exit status, 0..255. */
    public int status() {
        return status;
    }

    /** One phrase for the tables. */
    public String meaning() {
        return meaning;
    }
}
