package io.znsslab.tier;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochDomain;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Virtual threads that do everything with a tiered allocator at the same time: none waits while it holds its carrier,
 * by the JVM's own account.
 */
class PinnedCarriersIT {
    private static final String PINNED = "jdk.VirtualThreadPinned";
    private static final int THREADS = 16;
    private static final int ROUNDS = 10;
    private static final int OBJECTS = 100;
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    /** That the JVM would tell: a wait within an upcall pins. */
    @Test
    void aWaitWithinAnUpcallIsRecorded() throws Exception {
        assertThat(pinnedIn(() -> run(1, _ -> waitWithinAnUpcall()))).isNotEmpty();
    }

    /** The first time, outside of the recording, loads and initializes classes: that pins, whoever does it. */
    @Test
    void noCallOfTheStorePinsItsCarrier() throws Exception {
        useFromOpeningToClosing("first");
        assertThat(pinnedIn(() -> useFromOpeningToClosing("recorded"))).isEmpty();
    }

    private Void useFromOpeningToClosing(String file) throws Exception {
        ZnsTier tier = ZnsTier.builder(FileZonedDevice.create(folder.resolve(file), FileGeometry.of(4 << 20, 32)))
                .readDepth(4)
                .open();
        try (SlabAllocator allocator =
                SlabAllocator.builder().limitBytes(48 << 20).coldTier(tier).build()) {
            run(THREADS, number -> work(allocator, number));
            run(1, _ -> {
                allocator.demoteAll().join();
                allocator.close(Disposition.DEMOTE);
                return null;
            });
        }
        return null;
    }

    private static Void work(SlabAllocator allocator, int number) {
        SplittableRandom random = new SplittableRandom(number);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment copy = arena.allocate(3000);
            List<Long> kept = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                long epoch;
                try (EpochDomain domain = allocator.openSharedDomain(Disposition.RECLAIM)) {
                    epoch = domain.epoch();
                    for (int object = 0; object < OBJECTS; object++) {
                        long handle = allocator.allocate(random.nextInt(8, 3000), epoch, LONG);
                        assertThat(Handle.isHandle(handle)).isTrue();
                        allocator.setLong(handle, 0, handle);
                        kept.add(handle);
                    }
                    domain.allocate(100);
                }
                allocator
                        .closeEpoch(epoch, round % 5 == 4 ? Disposition.DISCARD : Disposition.DEMOTE)
                        .join();
                for (int look = 0; look < 20; look++) {
                    long handle = kept.get(random.nextInt(kept.size()));
                    requireSame(handle, allocator.read(handle, copy) < 0 ? handle : copy.get(JAVA_LONG, 0));
                    int copied = allocator.readAsync(handle, copy).join();
                    requireSame(handle, copied < 0 ? handle : copy.get(JAVA_LONG, 0));
                    allocator.read(handle, shown -> requireSame(handle, shown.get(JAVA_LONG, 0)));
                    MemorySegment payload = look % 2 == 0
                            ? allocator.resolve(handle)
                            : allocator.resolveAsync(handle).join();
                    requireSame(handle, payload == null ? handle : payload.get(JAVA_LONG, 0));
                    allocator.tierOf(handle);
                    allocator.free(kept.get(random.nextInt(kept.size())));
                }
                if (round == number % ROUNDS) {
                    allocator.sync().join();
                    allocator.trim();
                    allocator.epochs();
                    allocator.walk(epoch).forEach((handle, payload) -> payload.get(JAVA_LONG, 0));
                }
            }
            for (long handle : kept) {
                allocator.free(handle);
            }
        }
        return null;
    }

    private static void requireSame(long handle, long found) {
        assertThat(found).isEqualTo(handle);
    }

    @FunctionalInterface
    private interface Work {
        Void of(int number) throws Exception;
    }

    private static Void run(int threads, Work work) throws InterruptedException, ExecutionException {
        try (var virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> all = new ArrayList<>();
            for (int number = 0; number < threads; number++) {
                int of = number;
                all.add(virtual.submit(() -> work.of(of)));
            }
            for (Future<Void> one : all) {
                one.get();
            }
        }
        return null;
    }

    private List<RecordedEvent> pinnedIn(Callable<Void> action) throws Exception {
        Path file = folder.resolve("pinned.jfr");
        try (Recording recording = new Recording()) {
            recording.enable(PINNED).withThreshold(Duration.ZERO).withStackTrace();
            recording.start();
            action.call();
            recording.dump(file);
        }
        return eventsOf(file);
    }

    private static List<RecordedEvent> eventsOf(Path file) throws IOException {
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(PINNED))
                .filter(event -> !isOfClassLoading(event))
                .toList();
    }

    private static boolean isOfClassLoading(RecordedEvent event) {
        return event.getString("pinnedReason").startsWith("Waited for initialization of")
                || (event.getStackTrace() != null
                        && event.getStackTrace().getFrames().stream()
                                .map(frame -> frame.getMethod().getType().getName())
                                .anyMatch(name -> name.equals("java.lang.ClassLoader")
                                        || name.startsWith("jdk.internal.loader.")));
    }

    @SuppressWarnings("UnusedMethod") // the upcall finds it by its name
    private static int compare(MemorySegment left, MemorySegment right) {
        LockSupport.parkNanos(1_000_000);
        return left.address() < right.address() ? -1 : 1;
    }

    @SuppressWarnings("restricted") // the only way to wait within a native frame
    private static Void waitWithinAnUpcall() throws Exception {
        Linker linker = Linker.nativeLinker();
        MethodHandle sort = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("qsort"),
                FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS));
        MethodHandle comparison = MethodHandles.lookup()
                .findStatic(
                        PinnedCarriersIT.class,
                        "compare",
                        MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stub =
                    linker.upcallStub(comparison, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS), arena);
            sort.invokeExact(arena.allocate(2 * Integer.BYTES), 2L, (long) Integer.BYTES, stub);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        return null;
    }
}
