package io.znsslab.tier.recovery;

/** Receives what a second look at the log's blocks and their copies finds. */
public interface LogCheck {
    /** So many more bytes were looked at. */
    void checked(long bytes);

    /** One of the two copies of a superblock of the log is damaged; the other one is sound. */
    void superblockDamaged(int zone, long offsetBytes, String reason);

    /** One of the two copies of a block of the log is damaged; the other one is sound. */
    void blockDamaged(int zone, long offsetBytes, String reason);
}
