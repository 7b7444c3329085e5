package io.znsslab.cli.doctor;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a part of the machine is. */
enum State {
    /** As it should be. */
    OK,
    /** It works, less well than it could. */
    WARNING,
    /** It is missing, forbidden, or cannot be used. */
    LACKING;

    /** The word for people and programs. */
    @JsonValue
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
