package io.znsslab.emulation.microvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.znsslab.emulation.EmulationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvmeNamespaceTest {
    private static final long MEBIBYTE = 1L << 20;

    @TempDir
    Path folder;

    @Test
    void theImageHasTheSizeOfAllZonesAndIsReadableByItsOwnerOnly() throws IOException {
        NvmeNamespace namespace = namespace(16, 64 * MEBIBYTE, 48 * MEBIBYTE, 8, 12, 4096);

        namespace.createImage();

        assertThat(image(namespace)).hasSize(1024 * MEBIBYTE);
        assertThat(Files.getPosixFilePermissions(image(namespace)))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void anImageThatIsThereIsKept() throws IOException {
        NvmeNamespace namespace = namespace(1, MEBIBYTE, MEBIBYTE, 0, 0, 512);
        Files.write(image(namespace), new byte[(int) MEBIBYTE - 1]);
        Files.write(image(namespace), new byte[] {7}, StandardOpenOption.APPEND);

        namespace.createImage();

        assertThat(Files.readAllBytes(image(namespace))).endsWith(7).hasSize((int) MEBIBYTE);
    }

    @Test
    void anImageOfAnotherSizeIsRefused() throws IOException {
        NvmeNamespace namespace = namespace(1, MEBIBYTE, MEBIBYTE, 0, 0, 512);
        Files.write(image(namespace), new byte[10]);

        assertThatExceptionOfType(EmulationException.class)
                .isThrownBy(namespace::createImage)
                .withMessageContaining("has 10 bytes, and 1 zones of 1048576 bytes take 1048576");
    }

    @Test
    void anImageThatCannotBeMadeIsNamed() {
        NvmeNamespace namespace =
                new NvmeNamespace(1, MEBIBYTE, MEBIBYTE, 0, 0, 512).storedIn(folder.resolve("missing/image"));

        assertThatExceptionOfType(EmulationException.class)
                .isThrownBy(namespace::createImage)
                .withMessageContaining("Cannot make the image " + image(namespace));
    }

    @Test
    void aNamespaceWithoutAFileOfItsOwnHasNoneToBeMade() {
        NvmeNamespace namespace = new NvmeNamespace(1, MEBIBYTE, MEBIBYTE, 0, 0, 512);

        assertThat(namespace.image()).isEmpty();
        assertThatIllegalStateException().isThrownBy(namespace::createImage);
    }

    @Test
    void geometriesThatNoKernelTakesAreRefused() {
        refused(0, MEBIBYTE, MEBIBYTE, 0, 0, 512, "zones is 0");
        refused(1, 3 * MEBIBYTE, MEBIBYTE, 0, 0, 512, "must be a power of two");
        refused(1, MEBIBYTE, 2 * MEBIBYTE, 0, 0, 512, "at most zoneBytes, 1048576");
        refused(1, MEBIBYTE, 1000, 0, 0, 512, "must be whole blocks");
        refused(1, MEBIBYTE, MEBIBYTE, 0, 0, 1024, "must be 512 or 4096");
    }

    @Test
    void limitsThatContradictEachOtherAreRefused() {
        refused(8, MEBIBYTE, MEBIBYTE, 4, 3, 512, "must be 0 or at least maxOpenZones, 4");
        refused(8, MEBIBYTE, MEBIBYTE, 9, 0, 512, "between 0 and zones, 8");
        refused(8, MEBIBYTE, MEBIBYTE, 0, 9, 512, "between 0 and zones, 8");
        refused(8, MEBIBYTE, MEBIBYTE, -1, 0, 512, "must not be negative");
    }

    @Test
    void badBlocksThatAreNoBlocksOfTheNamespaceAreRefused() {
        NvmeNamespace whole = namespace(1, MEBIBYTE, MEBIBYTE, 0, 0, 512);
        assertThat(whole.withBadBlocks(List.of(512L, MEBIBYTE - 512)).badBlocks())
                .containsExactly(512L, MEBIBYTE - 512);

        for (long offset : List.of(-512L, 100L, MEBIBYTE)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> whole.withBadBlocks(List.of(offset)))
                    .withMessageContaining("the bad block at " + offset);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> whole.withBadBlocks(Collections.nCopies(257, 0L)))
                .withMessageContaining("257 bad blocks are more than 256");
    }

    private NvmeNamespace namespace(
            int zones, long zoneBytes, long capacityBytes, int maxOpen, int maxActive, int blockBytes) {
        return new NvmeNamespace(zones, zoneBytes, capacityBytes, maxOpen, maxActive, blockBytes)
                .storedIn(folder.resolve("image"));
    }

    private void refused(
            int zones, long zoneBytes, long capacityBytes, int maxOpen, int maxActive, int blockBytes, String rule) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> namespace(zones, zoneBytes, capacityBytes, maxOpen, maxActive, blockBytes))
                .withMessageContaining(rule);
    }

    private static Path image(NvmeNamespace namespace) {
        return namespace.image().orElseThrow();
    }
}
