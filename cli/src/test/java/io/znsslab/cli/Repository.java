package io.znsslab.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout in which the tests run. */
final class Repository {
    private Repository() {}

    /** Its top folder: the nearest above the current one that has the launcher. */
    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("zns-slab"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
