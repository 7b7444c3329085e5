package io.znsslab.emulation.microvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunClaimTest {
    private static final String PREFIX = "guest-";

    @TempDir
    Path parent;

    @Test
    void anOldFolderWithoutAClaimIsRemovedWithItsContent() throws IOException {
        Path folder = folder("guest-1", Duration.ofHours(2));

        RunClaim.removeUnclaimed(parent, PREFIX);

        assertThat(folder).doesNotExist();
    }

    @Test
    void aYoungFolderStaysSinceItsClaimMayBeYetToCome() throws IOException {
        Path folder = folder("guest-1", Duration.ofMinutes(1));

        RunClaim.removeUnclaimed(parent, PREFIX);

        assertThat(folder).exists();
    }

    @Test
    void aClaimedFolderStaysHoweverOldItIsAndOftenItIsLookedAt() throws IOException {
        Path folder = Files.createDirectory(parent.resolve("guest-1"));
        try (RunClaim claim = RunClaim.on(folder)) {
            age(folder, Duration.ofDays(1));
            RunClaim.removeUnclaimed(parent, PREFIX);
            RunClaim.removeUnclaimed(parent, PREFIX);

            assertThat(claim).isNotNull();
            assertThat(folder).exists();
        }
        RunClaim.removeUnclaimed(parent, PREFIX);
        assertThat(folder).doesNotExist();
    }

    @Test
    void foldersOfOthersStay() throws IOException {
        Path otherName = folder("other-1", Duration.ofHours(2));
        Path withoutLock = Files.createDirectory(parent.resolve("guest-1"));
        age(withoutLock, Duration.ofHours(2));

        RunClaim.removeUnclaimed(parent, PREFIX);

        assertThat(otherName).exists();
        assertThat(withoutLock).exists();
    }

    private Path folder(String name, Duration age) throws IOException {
        Path folder = Files.createDirectory(parent.resolve(name));
        Files.createFile(folder.resolve("lock"));
        Files.createFile(folder.resolve("namespace0"));
        age(folder, age);
        return folder;
    }

    private static void age(Path folder, Duration age) throws IOException {
        Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minus(age)));
    }
}
