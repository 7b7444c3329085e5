package io.znsslab.core.tiering;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.core.ArenaFullException;
import io.znsslab.core.Disposition;
import io.znsslab.core.EpochDomain;
import io.znsslab.core.Handle;
import io.znsslab.core.MemoryTier;
import io.znsslab.core.RecordedWarnings;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.SlabAllocatorBuilder;
import io.znsslab.core.WrappedTier;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.tiering.FailingTier.Way;
import io.znsslab.core.worker.Failures;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a method of the tier throws, or its future fails with: every operation ends, with that failure or with
 * success, and once the tier works again all operations succeed.
 */
class TierFailuresTest {
    private static final int LIMIT_SECONDS = 20;

    private final FailingTier tier = new FailingTier();
    private final SlabAllocator allocator =
            SlabAllocator.builder().limitBytes(8 << 20).coldTier(tier).build();
    private final RecordedWarnings told = new RecordedWarnings(GuardedTier.class);

    @AfterEach
    void listenNoMore() {
        told.close();
    }

    private static List<Throwable> failures() {
        return List.of(
                new ZnsSlabException("the tier is broken"),
                new OutOfMemoryError("of the tier"),
                new StackOverflowError("of the tier"),
                new AssertionError("of the tier"),
                new IOException("thrown on the sly"),
                new Error("of the tier's own kind"));
    }

    static Stream<Arguments> methodsAndFailures() {
        List<Arguments> all = new ArrayList<>();
        for (Throwable failure : failures()) {
            for (String method : List.of("demote", "read", "sync")) {
                all.add(Arguments.of(method, Way.THROWS, failure));
                all.add(Arguments.of(method, Way.FUTURE_FAILS, failure));
            }
            for (String method : List.of(
                    "readNow",
                    "readThrough",
                    "read to a listener",
                    "release",
                    "changed",
                    "reserveSlabIds",
                    "reserveEpochs")) {
                all.add(Arguments.of(method, Way.THROWS, failure));
            }
        }
        for (String method : List.of("demote", "read", "sync")) {
            all.add(Arguments.of(method, Way.NO_FUTURE, new ZnsSlabException("without a future")));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("methodsAndFailures")
    void everyOperationEndsAndGoesOnLater(String method, Way way, Throwable failure) throws Exception {
        runAll(failed -> assertThat(failed).as("of a tier that is well").isNull());
        tier.fail(method, way, failure);
        runAll(failed -> {
            if (failed != null && way == Way.NO_FUTURE) {
                assertThat(failed).hasMessageEndingWith("without a future");
            } else if (failed instanceof ArenaFullException) {
                // The allocator reports it as a lack of ids, for the moment.
                assertThat(method).isEqualTo("reserveSlabIds");
            } else if (failed != null) {
                assertThat(failed).isSameAs(failure);
            }
        });
        assertThat(tier.failed()).as("calls of " + method).isPositive();
        tier.recover();
        runAll(failed -> assertThat(failed).as("after " + failure).isNull());
        allocator.checkInvariants();
        timed(() -> {
            allocator.close();
            return null;
        });
    }

    /**
     * Calls every operation that reaches the tier, on objects of an epoch of its own. Each must end; the given action
     * examines the failure.
     */
    private void runAll(Consumer<Throwable> expectation) throws Exception {
        long[] epoch = {0};
        List<Callable<Object>> operations = new ArrayList<>();
        long[] handles = new long[12];
        operations.add(() -> epoch[0] = allocator.advanceEpoch("one"));
        operations.add(() -> {
            for (int i = 0; i < handles.length; i++) {
                // Six slabs of two objects each.
                handles[i] = allocator.allocate(32 + 96 * (i % 6), allocator.newestEpoch());
                if (Handle.isHandle(handles[i])) {
                    allocator.resolve(handles[i]).set(JAVA_LONG, 0, i);
                }
            }
            return null;
        });
        MemorySegment destination = MemorySegment.ofArray(new byte[64]);
        operations.add(() -> allocator
                .closeEpoch(allocator.newestEpoch(), Disposition.DEMOTE)
                .join());
        operations.add(() -> allocator.resolve(handles[0]));
        operations.add(() -> allocator.resolveAsync(handles[1]).join());
        operations.add(() -> allocator.read(handles[2], destination));
        operations.add(() -> allocator.read(handles[3], payload -> {}));
        operations.add(() -> allocator.readAsync(handles[4], destination).join());
        operations.add(() -> allocator.tierOf(handles[5]));
        operations.add(() -> allocator.free(handles[0]));
        operations.add(() -> allocator.free(handles[6]));
        operations.add(() -> allocator.free(handles[5]));
        operations.add(() -> allocator.free(handles[11]));
        operations.add(() -> allocator.sync().join());
        operations.add(() -> allocator
                .closeEpoch(allocator.newestEpoch(), Disposition.DEMOTE)
                .join());
        operations.add(() -> {
            EpochDomain domain = allocator.openDomain(Disposition.DEMOTE);
            try (domain) {
                domain.allocateHandle(16);
            }
            try {
                // The tier takes one epoch after the other.
                return allocator.closeEpoch(domain.epoch(), Disposition.DEMOTE).join();
            } finally {
                // Until then the domain's own demotion holds the epoch.
                var _ = domain.closing().handle((_, _) -> null).join();
            }
        });
        operations.add(() -> allocator
                .closeEpoch(allocator.newestEpoch(), Disposition.DISCARD)
                .join());
        for (Callable<Object> operation : operations) {
            expectation.accept(outcome(operation));
        }
        // An epoch that could not be opened, or whose demotion failed.
        allocator.closeEpoch(allocator.newestEpoch(), Disposition.DISCARD).join();
    }

    private static Throwable outcome(Callable<Object> operation) throws Exception {
        try {
            timed(operation);
            return null;
        } catch (ExecutionException e) {
            return Failures.reason(e.getCause());
        }
    }

    private static Object timed(Callable<Object> operation) throws Exception {
        FutureTask<Object> task = new FutureTask<>(operation);
        Thread.ofPlatform().daemon().start(task);
        return task.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    static Stream<Arguments> endsAndFailures() {
        return failures().stream()
                .flatMap(failure -> Stream.of(Arguments.of("finish", failure), Arguments.of("close", failure)));
    }

    @ParameterizedTest
    @MethodSource("endsAndFailures")
    void aTierThatCanNotBeClosedKeepsNoMemory(String method, Throwable failure) throws Exception {
        long handle = allocator.allocate(40, 0);
        tier.fail(method, Way.THROWS, failure);
        assertThat(outcome(() -> {
                    allocator.close();
                    return null;
                }))
                .isSameAs(failure);
        allocator.close();
        assertThat(tier.memory.isClosed()).isTrue();
        assertThatThrownBy(() -> allocator.read(handle, payload -> {})).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> allocator.allocate(40, 0)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aTierThatCanNotBeAttachedIsClosedUnlessItMayBelongToAnotherAllocator(Throwable failure) {
        WrappedTier attached = new WrappedTier() {
            @Override
            public void attach(ColdSlabs shape) {
                super.attach(shape);
                FailingTier.<RuntimeException>throwAsIs(failure);
            }
        };
        SlabAllocatorBuilder builder =
                SlabAllocator.builder().limitBytes(8 << 20).coldTier(attached);
        assertThatThrownBy(builder::build).isSameAs(failure);
        assertThat(attached.memory.isClosed()).isEqualTo(!(failure instanceof IllegalStateException));
    }

    @Test
    void aSettingThatIsRefusedClosesTheTier() {
        MemoryTier given = new MemoryTier();
        assertThatThrownBy(() ->
                        SlabAllocator.builder().limitBytes(0).coldTier(given).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(given.isClosed()).isTrue();
    }

    @Test
    void aListenerThatThrowsIsLoggedOnceAndHindersNoOtherListener() throws Exception {
        long handle = coldObject();
        long resident = allocator.allocate(40, allocator.advanceEpoch());
        try (RecordedWarnings warnings = new RecordedWarnings(ColdReads.class)) {
            for (Throwable failure : failures()) {
                for (long read : new long[] {handle, resident, 0}) {
                    int[] calls = {0};
                    allocator.readAsync(read, MemorySegment.ofArray(new byte[8]), (of, copied, reason) -> {
                        calls[0]++;
                        TierFailuresTest.<RuntimeException>throwAsIs(failure);
                    });
                    assertThat(calls[0]).isEqualTo(1);
                }
            }
            assertThat(warnings.messages()).hasSize(3 * failures().size());
        }
        assertThat(allocator
                        .readAsync(handle, MemorySegment.ofArray(new byte[8]))
                        .get(LIMIT_SECONDS, TimeUnit.SECONDS))
                .isEqualTo(8);
        allocator.checkInvariants();
        allocator.close();
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwAsIs(Throwable failure) throws T {
        throw (T) failure;
    }

    @Test
    void aReadCallbackThatThrowsLeavesNothingBehind() {
        long handle = coldObject();
        long epoch = allocator.advanceEpoch();
        long resident = allocator.allocate(40, epoch);
        for (Throwable failure : failures()) {
            for (long read : new long[] {handle, resident}) {
                assertThatThrownBy(() -> allocator.read(
                                read, (MemorySegment payload) -> TierFailuresTest.<RuntimeException>throwAsIs(failure)))
                        .isSameAs(failure);
            }
        }
        allocator.closeEpoch(epoch, Disposition.DISCARD).join();
        allocator.closeEpoch(0, Disposition.DISCARD).join();
        allocator.checkInvariants();
        allocator.close();
    }

    private long coldObject() {
        long handle = allocator.allocate(40, allocator.currentEpoch());
        allocator.closeEpoch(allocator.currentEpoch(), Disposition.DEMOTE).join();
        return handle;
    }
}
