package io.znsslab.cli.emulate;

/**
 * Bytes of a device.
 *
 * @param offset from the device's start
 * @param length how many
 */
record ByteRange(long offset, long length) {
    /** The form of the option that takes it. */
    @Override
    public String toString() {
        return offset + "+" + length;
    }
}
