package io.znsslab.cli.bench.contestant;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which allocators take part, and with objects of which sizes. */
public final class ContestantOptions {
    @Option(
            names = "--contestants",
            split = ",",
            paramLabel = "NAME",
            converter = Converter.class,
            description = "Allocators to measure, by commas: slab, slab-keep-hot, glibc, jemalloc, mimalloc, tcmalloc "
                    + "(default: slab, slab-keep-hot and the C allocators that are installed).")
    private List<Contestant> asked;

    @Option(
            names = "--object-size",
            paramLabel = "BYTES[-BYTES][,...]",
            defaultValue = "120",
            converter = ObjectSizes.Converter.class,
            description =
                    "Size of an object, 8 to 760 bytes; a range such as 32-700; or several by commas, of which each "
                            + "is as frequent (default: ${DEFAULT-VALUE}).")
    private ObjectSizes sizes;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "42",
            description = "Seed of sizes and orders (default: ${DEFAULT-VALUE}).")
    private long seed;

    /** For picocli. */
    ContestantOptions() {}

    /** The sizes of the objects. */
    public ObjectSizes sizes() {
        return sizes.require("--object-size");
    }

    /** The seed of everything random. */
    public long seed() {
        return seed;
    }

    /**
     * Those to measure, in the order of their names' declaration.
     *
     * @throws CommandFailure naming one that was asked for and is not here
     */
    public List<Contestant> present() {
        List<Contestant> present = new ArrayList<>();
        for (Contestant contestant : Contestant.values()) {
            if (asked == null ? contestant.absence().isEmpty() : asked.contains(contestant)) {
                present.add(contestant);
            }
        }
        for (Contestant contestant : present) {
            contestant.absence().ifPresent(reason -> {
                throw new CommandFailure(
                        ExitCode.SETUP_INCOMPLETE,
                        "--contestants " + contestant + " can't be measured here: " + reason);
            });
        }
        return present;
    }

    /** Those that would take part if they were installed. */
    public List<Absent> absent() {
        return asked != null
                ? List.of()
                : Arrays.stream(Contestant.values())
                        .flatMap(contestant ->
                                contestant.absence().stream().map(reason -> new Absent(contestant.label(), reason)))
                        .toList();
    }

    /** Reads a contestant's name. */
    static final class Converter implements ITypeConverter<Contestant> {
        @Override
        public Contestant convert(String text) {
            return Arrays.stream(Contestant.values())
                    .filter(contestant ->
                            contestant.toString().equals(text.trim().toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + text + "' is none of "
                            + Arrays.stream(Contestant.values())
                                    .map(Contestant::toString)
                                    .collect(Collectors.joining(", "))));
        }
    }
}
