package io.znsslab.tier.inspect;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochOptions;
import io.znsslab.core.HandleFormat;
import io.znsslab.core.Lifetime;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ErrorPolicy;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import io.znsslab.tier.device.ZonedDevice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A store on a simulated medium that was filled and closed: epoch "orders" in the slabs of size classes, "ticks"
 * packed, "gone" discarded, and some objects of "orders" freed after the demotion.
 */
public final class InspectedStore {
    static final int BLOCK = 4096;
    public static final int OBJECTS = 300;
    private static final long SEED = 5;

    public static final Instant TICKS_EXPIRE = Instant.parse("2200-01-01T00:00:00Z");

    public final SimulatedMedium medium =
            new SimulatedMedium(FileGeometry.of(128 << 10, 24).withLimits(8, 9));
    public final List<Stored> live = new ArrayList<>();
    public final List<Stored> freed = new ArrayList<>();
    public final List<Stored> discarded = new ArrayList<>();
    private final HandleFormat handles;
    public long orders;
    public long ticks;
    long gone;

    /** An object with its bytes; a slot of a size class may have more. */
    public static final class Stored {
        private final long handle;
        private final byte[] payload;

        Stored(long handle, byte[] payload) {
            this.handle = handle;
            this.payload = payload;
        }

        public long handle() {
            return handle;
        }

        public byte[] payload() {
            return payload;
        }
    }

    InspectedStore(HandleFormat handles) {
        this.handles = handles;
    }

    public static InspectedStore filled(HandleFormat handles) {
        InspectedStore store = new InspectedStore(handles);
        store.use(store::fill);
        return store;
    }

    /** Opens the store, and closes it in order afterwards. */
    void use(Consumer<SlabAllocator> work) {
        try (SlabAllocator allocator = allocatorOn(openDevice(), handles)) {
            work.accept(allocator);
        }
    }

    ZonedDevice openDevice() {
        return new SimulatedDevice(medium, SimulatedFaults.NONE, SEED);
    }

    public static SlabAllocator allocatorOn(ZonedDevice device, HandleFormat handles) {
        ZnsTier tier = ZnsTier.builder(device)
                .parallelZones(2)
                .writeBytes(128 << 10)
                .onErrors(ErrorPolicy.FAIL)
                .open();
        return SlabAllocator.builder()
                .limitBytes(8 << 20)
                .sizeClasses(64, 128, 256, 768)
                .handleFormat(handles)
                .coldTier(tier)
                .build();
    }

    private void fill(SlabAllocator allocator) {
        SplittableRandom random = new SplittableRandom(SEED);
        orders = allocator.advanceEpoch("orders", Lifetime.LONG);
        List<Stored> ofOrders = store(allocator, orders, 700, random);
        ticks = allocator.advanceEpoch(EpochOptions.DEFAULT.label("ticks").packed(true));
        allocator.discardAt(ticks, TICKS_EXPIRE);
        live.addAll(store(allocator, ticks, 3000, random));
        gone = allocator.advanceEpoch("gone");
        discarded.addAll(store(allocator, gone, 700, random));
        allocator.advanceEpoch();
        for (long epoch : new long[] {orders, ticks, gone}) {
            allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        }
        allocator.closeEpoch(gone, Disposition.DISCARD).join();
        for (int i = 0; i < ofOrders.size(); i++) {
            boolean frees = i % 3 == 0;
            (frees ? freed : live).add(ofOrders.get(i));
            if (frees && !allocator.free(ofOrders.get(i).handle())) {
                throw new AssertionError("an object could not be freed");
            }
        }
        allocator.sync().join();
    }

    private static List<Stored> store(SlabAllocator allocator, long epoch, int mostBytes, SplittableRandom random) {
        List<Stored> stored = new ArrayList<>();
        for (int i = 0; i < OBJECTS; i++) {
            byte[] payload = new byte[1 + random.nextInt(i % 5 == 0 ? mostBytes : 200)];
            random.nextBytes(payload);
            stored.add(new Stored(allocator.allocateFrom(payload, epoch), payload));
        }
        return stored;
    }

    /** Looks at the store on a device that refuses everything but reads. */
    public <T> T inspect(Function<StoreInspection, T> look) {
        try (ZonedDevice device = new UntouchedDevice(openDevice());
                StoreInspection inspection = StoreInspection.of(device)) {
            return look.apply(inspection);
        }
    }

    /** Changes one bit of the byte at a device offset. */
    public void flip(long offsetBytes) {
        long block = offsetBytes / BLOCK * BLOCK;
        byte[] contents = medium.contents(block);
        contents[(int) (offsetBytes - block)] ^= 4;
        medium.overwrite(block, contents);
    }

    /** The bytes at a device offset. */
    byte[] bytesAt(long offsetBytes, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            long at = offsetBytes + i;
            bytes[i] = medium.contents(at / BLOCK * BLOCK)[(int) (at % BLOCK)];
        }
        return bytes;
    }
}
