package io.znsslab.cli.store;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochOptions;
import io.znsslab.core.Lifetime;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A device file with a store of two epochs, whose objects are lines of text that the file holds nowhere else. */
public final class SampleStore {
    public static final int OBJECTS = 200;
    public static final Instant TICKS_EXPIRE = Instant.parse("2200-01-01T00:00:00Z");

    private static final int COPIED_AT_ONCE = 1 << 20;

    public final Path device;
    public final List<Long> orders = new ArrayList<>();
    public final List<Long> ticks = new ArrayList<>();
    public long ordersEpoch;
    public long ticksEpoch;
    public long freed;

    private SampleStore(Path device) {
        this.device = device;
    }

    public static SampleStore make(Path device) {
        SampleStore made = new SampleStore(device);
        try (SlabAllocator store = allocatorOn(FileZonedDevice.create(device, FileGeometry.of(1 << 20, 16)))) {
            made.ordersEpoch = store.advanceEpoch("orders", Lifetime.LONG);
            for (int i = 0; i < OBJECTS; i++) {
                made.orders.add(store.allocateFrom(order(i), made.ordersEpoch));
            }
            made.ticksEpoch =
                    store.advanceEpoch(EpochOptions.DEFAULT.label("ticks").packed(true));
            for (int i = 0; i < OBJECTS; i++) {
                made.ticks.add(store.allocateFrom(tick(i), made.ticksEpoch));
            }
            store.discardAt(made.ticksEpoch, TICKS_EXPIRE);
            store.advanceEpoch();
            store.closeEpoch(made.ordersEpoch, Disposition.DEMOTE).join();
            store.closeEpoch(made.ticksEpoch, Disposition.DEMOTE).join();
            made.freed = made.orders.removeLast();
            store.free(made.freed);
        }
        return made;
    }

    /** Opens the store on a device, as the program that made it would. */
    public static SlabAllocator allocatorOn(FileZonedDevice device) {
        return SlabAllocator.builder()
                .limitBytes(16 << 20)
                .coldTier(ZnsTier.builder(device).open())
                .build();
    }

    public static byte[] order(int number) {
        return "order number %05d, to be found on the device".formatted(number).getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] tick(int number) {
        return ("tick %05d ".formatted(number) + "x".repeat(number)).getBytes(StandardCharsets.UTF_8);
    }

    /** Flips a bit of these bytes in the device file, as a person would do with an editor. */
    public void flipIn(byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
            long at = find(file, bytes);
            file.seek(at);
            int value = file.read();
            file.seek(at);
            file.write(value ^ 1);
        }
    }

    private static long find(RandomAccessFile file, byte[] bytes) throws IOException {
        byte[] piece = new byte[COPIED_AT_ONCE];
        String wanted = new String(bytes, StandardCharsets.ISO_8859_1);
        for (long at = 0; at < file.length(); at += COPIED_AT_ONCE - bytes.length) {
            file.seek(at);
            int read = file.read(piece);
            int found = new String(piece, 0, read, StandardCharsets.ISO_8859_1).indexOf(wanted);
            if (found >= 0) {
                return at + found;
            }
        }
        throw new AssertionError("the device file does not hold the bytes");
    }
}
