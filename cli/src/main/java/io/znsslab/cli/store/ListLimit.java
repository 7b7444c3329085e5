package io.znsslab.cli.store;

import io.znsslab.cli.terminal.Figures;
import java.io.PrintWriter;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Keeps a listing of a large store to a length that can be looked at, and says so. */
final class ListLimit {
    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "1000",
            converter = Count.class,
            description = "Most entries to print; 0 for all (default: ${DEFAULT-VALUE}).")
    private int most;

    /** For picocli. */
    ListLimit() {}

    /** Reads a number that is not negative. */
    static final class Count implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            try {
                return Integer.parseUnsignedInt(text) < 0 ? refuse(text) : Integer.parseUnsignedInt(text);
            } catch (NumberFormatException e) {
                return refuse(text);
            }
        }

        private static int refuse(String text) {
            throw new TypeConversionException("'" + text + "' is not a number from 0 to " + Integer.MAX_VALUE);
        }
    }

    /** Whether another entry may be listed when there are so many. */
    boolean allows(int listed) {
        return most == 0 || listed < most;
    }

    /** Says how many entries are missing, if any are. */
    void printLeftOut(PrintWriter out, long leftOut, String noun) {
        if (leftOut > 0) {
            out.println("... and " + Figures.count(leftOut, "more " + noun) + ": --limit 0 prints all");
        }
    }
}
