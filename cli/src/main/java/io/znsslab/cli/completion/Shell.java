package io.znsslab.cli.completion;

import java.util.Locale;

/** A shell whose words can be completed. */
enum Shell {
    BASH,
    /** Takes bash's functions by its own {@code bashcompinit}, which the script calls. */
    ZSH;

    /** Its name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
