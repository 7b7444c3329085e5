package io.znsslab.cli.bench.contestant;

import picocli.CommandLine.Option;

/** Objects of mixed sizes in a random order. */
public final class MixedObjects {
    @Option(
            names = "--object-size",
            paramLabel = "BYTES[-BYTES][,...]",
            defaultValue = "32-700",
            converter = ObjectSizes.Converter.class,
            description =
                    "Size of an object, 8 to 760 bytes; a range; or several by commas, of which each is as frequent "
                            + "(default: ${DEFAULT-VALUE}).")
    private ObjectSizes sizes;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "42",
            description = "Seed of everything random (default: ${DEFAULT-VALUE}).")
    private long seed;

    /** For picocli. */
    MixedObjects() {}

    /** The sizes of the objects. */
    public ObjectSizes sizes() {
        return sizes.require("--object-size");
    }

    /** The seed of everything random. */
    public long seed() {
        return seed;
    }
}
