package io.znsslab.cli.store;

import io.znsslab.cli.terminal.ByteSize;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a rate as people write it: {@code 200MiB/s}, or without the {@code /s}; a number alone is none. */
final class ReadRate implements ITypeConverter<Long> {
    private static final String PER_SECOND = "/s";
    /** A device reads no less than a block. */
    private static final long LEAST_BYTES = 4096;

    /** For picocli. */
    ReadRate() {}

    @Override
    public Long convert(String text) {
        String size = text.endsWith(PER_SECOND) ? text.substring(0, text.length() - PER_SECOND.length()) : text;
        long bytes;
        if (!size.isEmpty() && size.chars().allMatch(Character::isDigit) && !size.matches("0+")) {
            throw new TypeConversionException(
                    "'" + text + "' has no unit: is it " + size + "KiB/s or " + size + "MiB/s?");
        }
        try {
            bytes = new ByteSize().convert(size);
        } catch (TypeConversionException e) {
            throw new TypeConversionException("'" + text + "' is not a rate such as 64MiB/s or 1GB/s");
        }
        if (bytes == 0) {
            throw new TypeConversionException("a rate of 0 would never end; leave it out for no limit");
        }
        if (bytes < LEAST_BYTES) {
            throw new TypeConversionException("'" + text + "' is less than a block in a second: give 4KiB/s or more,"
                    + " such as 64MiB/s, or leave it out for no limit");
        }
        return bytes;
    }
}
