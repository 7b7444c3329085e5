package io.znsslab.cli.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A soak that finds nothing wrong says something only if it would have noticed. */
class SoakWorkerTest {
    private static final int STEPS = 4_000;

    @TempDir
    private Path folder;

    private final WrongAnswers wrong = new WrongAnswers();
    private final SoakWorker worker = new SoakWorker(0, 3, 8 << 20, wrong);

    private SlabAllocator store() {
        FileZonedDevice device = FileZonedDevice.create(folder.resolve("device"), FileGeometry.of(1 << 20, 32));
        return SlabAllocator.builder()
                .limitBytes(32 << 20)
                .epochCount(1024)
                .coldTier(ZnsTier.builder(device).open())
                .build();
    }

    @Test
    void nothingIsWrongInAStoreThatIsLeftAlone() {
        try (SlabAllocator store = store()) {
            worker.moveTo(store);
            worker.work(STEPS);
            worker.prepareToClose();
            worker.verifyAll(store);
        }

        assertThat(wrong.first()).isEmpty();
        assertThat(worker.counts().epochsDemoted()).isPositive();
        assertThat(worker.counts().verifiedAfterRestart()).isPositive();
    }

    @Test
    void anEpochThatSomebodyElseDiscardsIsMissed() {
        try (SlabAllocator store = store()) {
            worker.moveTo(store);
            worker.work(STEPS);
            worker.prepareToClose();
            long discarded = store.currentEpoch() - 1;
            store.closeEpoch(discarded, Disposition.DISCARD).join();
            worker.verifyAll(store);
        }

        assertThat(wrong.count()).isPositive();
        assertThat(wrong.first().getFirst()).startsWith("object 0x");
    }
}
