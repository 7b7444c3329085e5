package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Epochs that were not closed and domains that were not left, and where they were opened. */
class OpenEpochsTest {
    private static SlabAllocator allocator(boolean traceOpenings) {
        return SlabAllocator.builder()
                .limitBytes(1 << 20)
                .traceOpenings(traceOpenings)
                .build();
    }

    private static EpochDomain openedAndForgotten(SlabAllocator allocator) {
        return allocator.openDomain();
    }

    private static String stackOf(OpenEpoch epoch) {
        StringWriter stack = new StringWriter();
        epoch.openedAt().orElseThrow().printStackTrace(new PrintWriter(stack));
        return stack.toString();
    }

    @Test
    void aDomainThatWasNotLeftIsFoundWithThePlaceThatOpenedIt() {
        try (SlabAllocator allocator = allocator(true)) {
            EpochDomain warm = allocator.openDomain();
            warm.close();
            EpochDomain forgotten = openedAndForgotten(allocator);

            OpenEpoch found = allocator.openEpochs(Duration.ZERO).stream()
                    .filter(epoch -> epoch.epoch() == forgotten.epoch())
                    .findFirst()
                    .orElseThrow();

            assertThat(found.entries()).isEqualTo(1);
            assertThat(found.isClosing()).isFalse();
            assertThat(stackOf(found)).contains("OpenEpochsTest.openedAndForgotten");
            forgotten.close();
            assertThat(allocator.openEpochs(Duration.ZERO))
                    .extracting(OpenEpoch::epoch)
                    .doesNotContain(forgotten.epoch());
        }
    }

    @Test
    void anEpochThatWaitsForItsLastThreadIsClosing() {
        try (SlabAllocator allocator = allocator(true)) {
            long epoch = allocator.advanceEpoch("orders");
            EpochDomain inside = allocator.wrapDomain(epoch).enter();
            var _ = allocator.closeEpoch(epoch, Disposition.DISCARD);

            OpenEpoch found = allocator.openEpochs(Duration.ZERO).stream()
                    .filter(open -> open.epoch() == epoch)
                    .findFirst()
                    .orElseThrow();

            assertThat(found.isClosing()).isTrue();
            assertThat(found.label()).isEqualTo("orders");
            assertThat(found.entries()).isEqualTo(1);
            inside.close();
        }
    }

    @Test
    void onlyThoseThatHaveBeenOpenSoLongAreListedTheLongestFirst() {
        try (SlabAllocator allocator = allocator(false)) {
            long later = allocator.advanceEpoch();

            List<OpenEpoch> all = allocator.openEpochs(Duration.ZERO);

            assertThat(all).extracting(OpenEpoch::epoch).containsExactly(0L, later);
            assertThat(all).allSatisfy(epoch -> {
                assertThat(epoch.openedAt()).isEmpty();
                assertThat(epoch.openFor()).isGreaterThanOrEqualTo(Duration.ZERO);
            });
            assertThat(allocator.openEpochs(Duration.ofDays(1))).isEmpty();
        }
    }
}
