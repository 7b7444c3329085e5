package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What the log gets of epochs that stay open; {@code StoreEventsTest} shows what Flight Recorder gets. */
class OpenEpochReportsTest {
    private static SlabAllocatorBuilder builder() {
        return SlabAllocator.builder().limitBytes(1 << 20);
    }

    private static void await(BooleanSupplier condition) {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in twenty seconds").isLessThan(limit);
            Thread.yield();
        }
    }

    private static List<String> about(RecordedWarnings logged, long epoch) {
        return logged.messages().stream()
                .filter(message -> message.matches("(?s)(the allocator is closed while )?epoch " + epoch + "\\b.*"))
                .toList();
    }

    @Test
    void eachEpochThatStaysOpenIsReportedOnceWithItsNameAndAdvice() {
        try (RecordedWarnings logged = new RecordedWarnings(OpenEpochReports.class);
                SlabAllocator allocator =
                        builder().reportOpenLongerThan(Duration.ofNanos(1)).build()) {
            long orders = allocator.advanceEpoch("orders");
            EpochDomain forgotten = allocator.openDomain();
            await(() -> !about(logged, orders).isEmpty()
                    && !about(logged, forgotten.epoch()).isEmpty());
            long later = allocator.advanceEpoch();
            await(() -> !about(logged, later).isEmpty());

            assertThat(about(logged, orders))
                    .singleElement()
                    .satisfies(message -> assertThat(message)
                            .startsWith("epoch " + orders + " 'orders' has been open for ")
                            .contains("traceOpenings"));
            assertThat(about(logged, forgotten.epoch()))
                    .singleElement()
                    .satisfies(message -> assertThat(message).contains("1 entry of its domains is not left"));
            forgotten.close();
        }
    }

    @Test
    void epochsThatAreClosedInTimeAreNotReported() {
        try (RecordedWarnings logged = new RecordedWarnings(OpenEpochReports.class)) {
            try (SlabAllocator allocator =
                    builder().reportOpenLongerThan(Duration.ofDays(1)).build()) {
                long epoch = allocator.advanceEpoch();
                allocator.openDomain().close();
                allocator.closeEpoch(epoch, Disposition.DISCARD).join();
            }
            assertThat(logged.messages()).isEmpty();
        }
    }

    @Test
    void theClosingReportsDomainsThatWereNeverLeft() {
        try (RecordedWarnings logged = new RecordedWarnings(OpenEpochReports.class)) {
            SlabAllocator allocator =
                    builder().reportOpenLongerThan(Duration.ofDays(1)).build();
            EpochDomain forgotten = allocator.openDomain();
            allocator.closeNow();
            allocator.closeNow();

            assertThat(logged.messages())
                    .singleElement()
                    .satisfies(message -> assertThat(message)
                            .startsWith("the allocator is closed while epoch " + forgotten.epoch())
                            .contains("1 entry of its domains is not left"));
        }
    }

    @Test
    void withoutTheSettingNothingIsLoggedAndNoThreadLooks() {
        try (RecordedWarnings logged = new RecordedWarnings(OpenEpochReports.class)) {
            SlabAllocator allocator = builder().build();
            allocator.openDomain();
            assertThat(threads()).isEmpty();
            allocator.closeNow();
            assertThat(logged.messages()).isEmpty();
        }
    }

    @Test
    void theClosingEndsTheThread() {
        SlabAllocator allocator =
                builder().reportOpenLongerThan(Duration.ofDays(1)).build();
        assertThat(threads()).hasSize(1);
        allocator.close();
        assertThat(threads()).isEmpty();
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("zns-slab-open-epochs"))
                .toList();
    }

    @Test
    void anEpochThatIsOpenedAtTheSamePlaceLaterIsAnother() {
        List<List<OpenEpoch>> looks =
                List.of(List.of(open(1)), List.of(open(1), open(9)), List.of(open(9)), List.of(open(1 << 7), open(9)));
        int[] look = {0};
        try (RecordedWarnings logged = new RecordedWarnings(OpenEpochReports.class);
                OpenEpochReports reports = new OpenEpochReports(
                        _ -> looks.get(Math.min(look[0]++, looks.size() - 1)), Duration.ofMillis(1))) {
            reports.start();
            await(() -> logged.messages().size() == 3);
            assertThat(logged.messages())
                    .extracting(message -> message.split(" ", -1)[1])
                    .containsExactly("1", "9", "128");
        }
    }

    private static OpenEpoch open(long epoch) {
        return new OpenEpoch(epoch, "", Instant.EPOCH, Duration.ofSeconds(90), false, 0, Optional.empty());
    }
}
