package io.znsslab.cli.store;

import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a handle as programs print it: in decimal, with a sign or without, or in hexadecimal behind {@code 0x}. */
final class HandleText implements ITypeConverter<Long> {
    private static final int HEXADECIMAL = 16;

    /** For picocli. */
    HandleText() {}

    @Override
    public Long convert(String text) {
        String plain = text.trim().toLowerCase(Locale.ROOT);
        try {
            if (plain.startsWith("0x")) {
                return Long.parseUnsignedLong(plain.substring(2), HEXADECIMAL);
            }
            return plain.startsWith("-") ? Long.parseLong(plain) : Long.parseUnsignedLong(plain);
        } catch (NumberFormatException e) {
            throw new TypeConversionException(
                    "'" + text + "' is not a handle, a number of 64 bits such as 17188259842 or 0x400803002");
        }
    }

    /** A handle as this program prints it. */
    static String of(long handle) {
        return "0x%016x".formatted(handle);
    }
}
