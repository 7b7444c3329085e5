package io.znsslab.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Has this Java machine take all letters from the font that comes with the program: plots look the same everywhere, and
 * are drawn on machines without fontconfig or any font, where the JDK else fails when the first letter is measured.
 *
 * <p>The JDK reads the font from a file while it runs; the file is removed at its end.
 */
final class PlotFont {
    /** The JDK's own property: which file says what fonts there are, in place of what fontconfig finds. */
    private static final String CONFIGURATION_PROPERTY = "sun.awt.fontconfig";

    private static final List<String> LOGICAL_FONTS =
            List.of("serif", "sansserif", "monospaced", "dialog", "dialoginput");
    private static final List<String> FILES = List.of("Roboto-Regular.ttf", "Roboto-Bold.ttf");

    /** A font's name in such a file; the end names the encoding, Unicode. */
    private static final String NAME = "-google-%s-medium-r-normal--0-0-0-0-p-0-iso10646-1";

    private static boolean done;

    private PlotFont() {}

    /** Does so, unless it is done, or the user has said by the property what fonts there are. */
    static synchronized void use() throws IOException {
        if (done || System.getProperty(CONFIGURATION_PROPERTY) != null) {
            return;
        }
        Path folder = Files.createTempDirectory("zns-slab-font-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder), "font remover"));
        for (String file : FILES) {
            try (InputStream font = PlotFont.class.getResourceAsStream(file)) {
                if (font == null) {
                    throw new IOException("the font " + file + " is not in the program's jar");
                }
                Files.copy(font, folder.resolve(file));
            }
        }
        Path configuration = Files.writeString(folder.resolve("fontconfig.properties"), configuration(folder));
        System.setProperty(CONFIGURATION_PROPERTY, configuration.toString());
        System.setProperty("java.awt.headless", "true");
        done = true;
    }

    private static String configuration(Path folder) {
        StringBuilder text = new StringBuilder("version=1\nsequence.allfonts=default\n");
        for (String font : LOGICAL_FONTS) {
            for (String style : List.of("plain", "italic")) {
                text.append("%s.%s.default=%s\n".formatted(font, style, NAME.formatted("regular")));
            }
            for (String style : List.of("bold", "bolditalic")) {
                text.append("%s.%s.default=%s\n".formatted(font, style, NAME.formatted("bold")));
            }
        }
        text.append("filename.%s=%s\n".formatted(NAME.formatted("regular"), escaped(folder.resolve(FILES.get(0)))));
        text.append("filename.%s=%s\n".formatted(NAME.formatted("bold"), escaped(folder.resolve(FILES.get(1)))));
        return text.toString();
    }

    /** A path as the value of a property: the file is read as ISO 8859-1, with a backslash to escape. */
    private static String escaped(Path path) {
        StringBuilder text = new StringBuilder();
        path.toString()
                .chars()
                .forEach(c -> text.append(c > ' ' && c < 127 && c != '\\' ? "" + (char) c : "\\u%04x".formatted(c)));
        return text.toString();
    }

    private static void remove(Path folder) {
        try {
            for (String file : FILES) {
                Files.deleteIfExists(folder.resolve(file));
            }
            Files.deleteIfExists(folder.resolve("fontconfig.properties"));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            System.err.println("zns-slab: cannot remove " + folder + ": " + e.getMessage());
        }
    }
}
