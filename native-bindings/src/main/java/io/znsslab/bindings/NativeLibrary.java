package io.znsslab.bindings;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The native libraries, by the file names in their run-time packages; no {@code -dev} package is needed. Thread-safe.
 *
 * <p>A library is first looked for in the folders of the system property {@value #PATH_PROPERTY} (separated by colons),
 * then where the dynamic loader looks. Loaded libraries stay for the life of the process.
 */
public final class NativeLibrary {

    /** libzbd, zones of block devices: {@code io.znsslab.bindings.zbd}. */
    public static final NativeLibrary LIBZBD = new NativeLibrary("libzbd.so.2");

    /** liburing, the kernel's rings: {@code io.znsslab.bindings.uring}. */
    public static final NativeLibrary LIBURING = new NativeLibrary("liburing.so.2");

    /**
     * System property with the folders to search first; the launcher names the one into which it unpacked the packages.
     */
    public static final String PATH_PROPERTY = "znsslab.library.path";

    private final String fileName;
    private @Nullable SymbolLookup symbols;

    private NativeLibrary(String fileName) {
        this.fileName = fileName;
    }

    /**
     * Loads the library unless it is loaded already. Callers call this before they use a generated class of the
     * library: inside that class's initializer the same failure would arrive wrapped in an
     * {@link ExceptionInInitializerError}.
     *
     * @throws MissingLibraryException when it can't be loaded
     */
    public void require() {
        symbols();
    }

    /**
     * The library's functions.
     *
     * @throws MissingLibraryException when it can't be loaded
     */
    public synchronized SymbolLookup symbols() {
        Platform.requireSupported();
        if (symbols == null) {
            symbols = load(fileName, folders(System.getProperty(PATH_PROPERTY, "")));
        }
        return symbols;
    }

    /** The file's name in the library's run-time package. */
    public String fileName() {
        return fileName;
    }

    /**
     * The file that the library was loaded from, links followed, so that its name has the version; empty where the
     * system does not say.
     *
     * @throws MissingLibraryException when it can't be loaded
     */
    public Optional<Path> file() {
        require();
        String stem = fileName.substring(0, fileName.indexOf(".so"));
        try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
            return mappings.filter(line -> line.contains("/" + stem + ".so"))
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static List<Path> folders(String searchPath) {
        return Arrays.stream(searchPath.split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .map(Path::of)
                .toList();
    }

    static SymbolLookup load(String fileName, List<Path> folders) {
        Optional<Path> unpacked = folders.stream()
                .map(folder -> folder.resolve(fileName))
                .filter(Files::exists)
                .findFirst();
        try {
            return unpacked.isPresent()
                    ? SymbolLookup.libraryLookup(unpacked.get(), Arena.global())
                    : SymbolLookup.libraryLookup(fileName, Arena.global());
        } catch (IllegalArgumentException refused) {
            throw new MissingLibraryException(message(fileName, folders, unpacked), refused);
        }
    }

    private static String message(String fileName, List<Path> folders, Optional<Path> unpacked) {
        String where = unpacked.map(path -> path + " is there but the dynamic loader refuses it")
                .orElse("it is not in the dynamic loader's path"
                        + (folders.isEmpty() ? "" : ", nor in " + PATH_PROPERTY + " " + folders));
        return "Can't load " + fileName + ": " + where
                + "; install it: apt install libzbd2 liburing2 (Debian, Ubuntu) or dnf install libzbd liburing "
                + "(Fedora)";
    }
}
