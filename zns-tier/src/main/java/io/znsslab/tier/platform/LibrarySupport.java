package io.znsslab.tier.platform;

import io.znsslab.bindings.MissingLibraryException;
import io.znsslab.bindings.NativeLibrary;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A native library that the tier calls, loaded or not. A loaded library stays loaded for the life of the process.
 *
 * @param name {@code libzbd} or {@code liburing}
 * @param file the file that it was loaded from, links followed; empty where it was not loaded or the system does not
 *     say
 * @param version as the file's name has it, such as {@code 2.0.4}; empty where it has none
 * @param problem why it can't be loaded, and what to install, in one line; empty where it was loaded
 */
public record LibrarySupport(String name, Optional<Path> file, String version, String problem) {
    /** libzbd, which block devices need. */
    public static LibrarySupport libzbd() {
        return of("libzbd", NativeLibrary.LIBZBD);
    }

    /** liburing, without which files and block devices are driven by plain system calls. */
    public static LibrarySupport liburing() {
        return of("liburing", NativeLibrary.LIBURING);
    }

    /** Both. */
    public static List<LibrarySupport> all() {
        return List.of(libzbd(), liburing());
    }

    /** Whether it was loaded. */
    public boolean loaded() {
        return problem.isEmpty();
    }

    private static LibrarySupport of(String name, NativeLibrary library) {
        try {
            Optional<Path> file = library.file();
            return new LibrarySupport(
                    name, file, file.map(LibrarySupport::versionOf).orElse(""), "");
        } catch (MissingLibraryException | UnsupportedOperationException e) {
            return new LibrarySupport(name, Optional.empty(), "", String.valueOf(e.getMessage()));
        }
    }

    private static String versionOf(Path file) {
        String marker = ".so.";
        String fileName = file.getFileName().toString();
        int start = fileName.indexOf(marker);
        return start < 0 ? "" : fileName.substring(start + marker.length());
    }
}
