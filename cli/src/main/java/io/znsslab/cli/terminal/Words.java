package io.znsslab.cli.terminal;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads one of an enum's constants by its word on the command line, in any case: what its {@code toString} says, else
 * its name with dashes. A wrong word is answered with the right ones in the spelling that the help shows.
 */
public final class Words<E extends Enum<E>> implements ITypeConverter<E> {
    private final Class<E> type;

    /** The words of that enum. */
    public Words(Class<E> type) {
        this.type = type;
    }

    @Override
    public E convert(String text) {
        for (E constant : type.getEnumConstants()) {
            if (wordOf(constant).equalsIgnoreCase(text)) {
                return constant;
            }
        }
        List<String> words = all();
        throw new TypeConversionException("'" + text + "' is not one of " + String.join(", ", words)
                + Nearest.to(text, words)
                        .map(near -> ": did you mean " + near + "?")
                        .orElse(""));
    }

    private List<String> all() {
        return Arrays.stream(type.getEnumConstants()).map(Words::wordOf).toList();
    }

    private static String wordOf(Enum<?> constant) {
        return constant.toString().equals(constant.name()) ? of(constant) : constant.toString();
    }

    /** The usual word of a constant: {@code EVICT_OLDEST} is {@code evict-oldest}. */
    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
