package io.znsslab.cli.bench.contestant;

import io.znsslab.bindings.malloc.MallocLibrary;
import io.znsslab.core.Reclamation;
import java.lang.invoke.MethodHandles;
import java.util.Locale;
import java.util.Optional;

/** The allocators of single objects that are compared: this project's, and the C allocators. */
public enum Contestant {
    /** The builder's defaults. */
    SLAB("zns-slab"),
    /** Slabs that end stay mapped. */
    SLAB_KEEP_HOT("zns-slab, KEEP_HOT"),
    GLIBC("glibc"),
    JEMALLOC("jemalloc"),
    MIMALLOC("mimalloc"),
    TCMALLOC("tcmalloc");

    private final String label;

    Contestant(String label) {
        this.label = label;
    }

    /** Its name in tables. */
    public String label() {
        return label;
    }

    /** The form of the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it is this project's allocator. */
    public boolean isOurs() {
        return this == SLAB || this == SLAB_KEEP_HOT;
    }

    /** Why it can't be measured on this machine, with the remedy; empty if it can. */
    public Optional<String> absence() {
        return isOurs() ? Optional.empty() : library().absence();
    }

    /** Opens its memory; it has no {@link #absence}. */
    public ObjectMemory open() {
        return switch (this) {
            case SLAB -> new SlabMemory(Reclamation.RETURN_TO_OS);
            case SLAB_KEEP_HOT -> new SlabMemory(Reclamation.KEEP_HOT);
            default ->
                ClassCopy.of(
                        MethodHandles.lookup(),
                        MallocMemory.class,
                        ObjectMemory.class,
                        library().functions(false));
        };
    }

    private MallocLibrary library() {
        return switch (this) {
            case JEMALLOC -> MallocLibrary.JEMALLOC;
            case MIMALLOC -> MallocLibrary.MIMALLOC;
            case TCMALLOC -> MallocLibrary.TCMALLOC;
            default -> MallocLibrary.GLIBC;
        };
    }
}
