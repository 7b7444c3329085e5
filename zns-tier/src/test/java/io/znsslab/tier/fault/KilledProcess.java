package io.znsslab.tier.fault;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.simulation.Oracle;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;

/**
 * A process that uses a store until it is killed. It reports each step before it takes it and again after the step was
 * acknowledged, one line at a time, each in a single write, so that the reports are complete when the process is gone.
 * {@link ProcessReports} parses them.
 */
final class KilledProcess {
    private static final int MOST_EPOCHS = 8;

    private final SlabAllocator store;
    private final OutputStream teller;
    private final SplittableRandom random;
    private final Deque<Long> epochs = new ArrayDeque<>();
    private final List<Long> handles = new ArrayList<>();

    private KilledProcess(SlabAllocator store, OutputStream teller, long seed) {
        this.store = store;
        this.teller = teller;
        random = new SplittableRandom(seed);
    }

    /** Opens the store that both processes use. It is so small that the process fills the device again and again. */
    static SlabAllocator open(Path device) {
        ZonedDevice opened = ZonedDevice.open(device);
        try {
            return SlabAllocator.builder()
                    .limitBytes(32L << 20)
                    .sizeClasses(64, 256, 1024)
                    .epochCount(256)
                    .coldTier(ZnsTier.builder(opened).readCacheBytes(4 << 20).open())
                    .build();
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Arguments: the device, the seed, and the destination of the reports: the environment variable that names a file,
     * or nothing for the standard output.
     */
    public static void main(String[] arguments) throws IOException {
        try (OutputStream teller = arguments.length > 2
                ? new FileOutputStream(System.getenv(arguments[2]))
                : new FileOutputStream(FileDescriptor.out)) {
            tell(teller, "opening");
            try (SlabAllocator store = open(Path.of(arguments[0]))) {
                tell(teller, "opened");
                new KilledProcess(store, teller, Long.parseLong(arguments[1])).run();
            }
        }
    }

    private static void tell(OutputStream teller, String line) {
        try {
            teller.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // The reading process is gone: no further step could be judged.
            throw new UncheckedIOException(e);
        }
    }

    private void run() {
        while (true) {
            fillAndDemote();
            if (random.nextInt(3) == 0) {
                freeSome();
            }
            if (random.nextInt(4) == 0) {
                promoteOne();
            }
            if (epochs.size() > MOST_EPOCHS) {
                discard(epochs.removeFirst());
            }
            if (random.nextInt(4) == 0) {
                tell(teller, "syncing");
                store.sync().join();
                tell(teller, "synced");
            }
        }
    }

    private void fillAndDemote() {
        long epoch = store.currentEpoch();
        int count = 1 + random.nextInt(250);
        StringBuilder report = new StringBuilder("demoting ").append(epoch);
        List<Long> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int bytes = Oracle.bytesOfSomeObject(store, random);
            long handle = store.allocate(bytes, epoch);
            if (!Handle.isHandle(handle)) {
                throw new IllegalStateException("no memory: " + handle);
            }
            Oracle.fill(handle, store.resolve(handle), bytes);
            made.add(handle);
            report.append(' ').append(Long.toHexString(handle)).append(':').append(bytes);
        }
        store.advanceEpoch();
        tell(teller, report.toString());
        try {
            store.closeEpoch(epoch, Disposition.DEMOTE).join();
        } catch (CompletionException e) {
            boolean full = e.getCause() instanceof DeviceException refusal
                    && refusal.problem() == DeviceException.Problem.FULL;
            if (!full) {
                throw e;
            }
            discard(epoch);
            return;
        }
        tell(teller, "demoted " + epoch);
        epochs.add(epoch);
        handles.addAll(made);
    }

    private void discard(long epoch) {
        tell(teller, "discarding " + epoch);
        store.closeEpoch(epoch, Disposition.DISCARD).join();
    }

    /** Some of the handles whose objects are not discarded yet: the other handles are stale. */
    private void freeSome() {
        for (int i = 0; i < 20; i++) {
            long handle = handles.remove(random.nextInt(handles.size()));
            tell(teller, "freeing " + Long.toHexString(handle));
            store.free(handle);
            if (handles.isEmpty()) {
                return;
            }
        }
    }

    private void promoteOne() {
        if (handles.isEmpty()) {
            return;
        }
        long handle = handles.get(random.nextInt(handles.size()));
        MemorySegment found = store.resolve(handle);
        if (found != null && !epochs.isEmpty()) {
            store.closeEpoch(epochs.peekLast(), Disposition.DEMOTE).join();
        }
        try (Arena arena = Arena.ofConfined()) {
            store.read(handle, arena.allocate(store.largestPayloadBytes()));
        }
    }
}
