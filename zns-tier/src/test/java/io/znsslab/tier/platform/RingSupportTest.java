package io.znsslab.tier.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** On the machine of the tests, which has all that the tier needs; the command's tests take some of it away. */
class RingSupportTest {
    @Test
    void whereTheTierRunsTheRingIsUsableAndSaysWhatItHas() {
        RingSupport ring = RingSupport.probe();

        assertThat(ring.usable()).as(ring.refusal()).isTrue();
        assertThat(ring.refusal()).isEmpty();
        assertThat(ring.features()).isNotEmpty();
        assertThat(ring.missing()).noneMatch(ring.features()::contains);
        assertThat(ring.features().contains("registered buffers")).isEqualTo(ring.registersBuffers());
    }

    @Test
    void theLibrariesAreLoadedFromFilesThatNameTheirVersions() {
        assertThat(LibrarySupport.all()).hasSize(2).allSatisfy(library -> {
            assertThat(library.loaded()).as(library.problem()).isTrue();
            assertThat(library.version()).matches("\\d+(\\.\\d+)*");
            assertThat(library.file().orElseThrow()).exists();
        });
        assertThat(LibrarySupport.libzbd().name()).isEqualTo("libzbd");
    }

    @Test
    void theLimitOfLockedMemoryIsNoMoreThanItMayBeRaisedTo() {
        LockedMemory limit = LockedMemory.ofProcess();

        assertThat(limit.limitBytes()).isBetween(0L, limit.mostBytes());
    }
}
