package io.znsslab.tier.device;

/**
 * The sizes of reads and writes that a device takes.
 *
 * @param blockBytes smallest unit of reading and writing: 512 to 4,096
 * @param maxTransferBytes largest read or write that reaches the device in one piece; larger ones are refused, since
 *     the kernel would split them and the pieces of a write could arrive out of order
 */
public record TransferSizes(int blockBytes, int maxTransferBytes) {}
