package io.znsslab.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Descriptors 0 to 2, which have to be open when a program starts: the kernel gives the lowest free one to the next
 * file that is opened, and what is then printed goes into that file, or that file is read as standard input. The
 * launcher sees to it; a Java machine that was started without it is looked at here.
 */
public final class StandardDescriptors {
    private static final List<String> NAMES = List.of("standard input", "standard output", "standard error");

    private StandardDescriptors() {}

    /**
     * Refuses to go on where one is closed, or was closed and is a file of the Java machine's own by now.
     *
     * @throws CommandFailure naming it
     */
    public static void requireOpen() {
        for (int descriptor = 0; descriptor < NAMES.size(); descriptor++) {
            if (!isOpen(Path.of("/proc/self/fd", Integer.toString(descriptor)))) {
                throw new CommandFailure(
                        ExitCode.INPUT_UNUSABLE,
                        NAMES.get(descriptor) + " (descriptor " + descriptor + ") is closed; open it, for example by"
                                + (descriptor == 0 ? " < /dev/null" : " > /dev/null"));
            }
        }
    }

    private static boolean isOpen(Path descriptor) {
        try {
            return !Files.readSymbolicLink(descriptor).equals(firstFileOfJava());
        } catch (NoSuchFileException e) {
            return !Files.isDirectory(descriptor.getParent()); // without /proc there is nothing to be seen
        } catch (IOException e) {
            return true;
        }
    }

    /** What a Java machine opens before anything else, and keeps open: it has the lowest descriptor that was closed. */
    private static Path firstFileOfJava() throws IOException {
        Path modules = Path.of(System.getProperty("java.home"), "lib", "modules");
        return Files.exists(modules) ? modules.toRealPath() : modules;
    }
}
