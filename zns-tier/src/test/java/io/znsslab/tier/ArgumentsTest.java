package io.znsslab.tier;

import io.micrometer.core.instrument.MeterRegistry;
import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.cold.SlabBatch;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import io.znsslab.tier.device.NullZonedDevice;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.metrics.TierMetrics;
import io.znsslab.tier.metrics.TierRecording;
import io.znsslab.tier.report.RecoveryReport;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The answer of each public method of the tier to arguments that it refuses: null, negative, zero, huge, outside of the
 * device, before an allocator is attached and after closing.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The calls throw.
class ArgumentsTest extends AnswerTableTest<ArgumentsTest.Given> {
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;
    private static final Class<NullPointerException> NULL = NullPointerException.class;
    private static final Class<IllegalStateException> STATE = IllegalStateException.class;
    private static final String CLOSED = " is closed";
    private static final String UNATTACHED = "is not attached to an allocator yet";
    private static final long HUGE = Long.MAX_VALUE;
    private static final int SLAB_BYTES = 4096;
    private static final FileGeometry SHAPE = FileGeometry.of(1 << 20, 16);
    private static final long LOCATIONS = 16 * 256;

    /** The tiers to call: one that an allocator is attached to, one without, and one that its allocator has closed. */
    record Given(ZnsTier tier, ZnsTier unattached, ZnsTier closed, ZonedDevice closedDevice) {
        ZnsTierBuilder builder() {
            return ZnsTier.builder(new NullZonedDevice(SHAPE));
        }
    }

    private static final AnswerTable<Given> TABLE = new AnswerTable<>();

    static {
        fillWithOpening();
        fillWithSettings();
        fillWithWhatAnAllocatorAsks();
        fillWithReads();
        fillWithFigures();
    }

    private static void fillWithOpening() {
        String open = "ZnsTier.open(Path)";
        TABLE.refuses(open, NULL, "path must not be null", _ -> ZnsTier.open(null));
        TABLE.refuses(open, DeviceException.class, "/no/such/device", _ -> ZnsTier.open(Path.of("/no/such/device")));
        TABLE.refuses("ZnsTier.builder(ZonedDevice)", NULL, "device must not be null", _ -> ZnsTier.builder(null));
        String storeOn = "ZnsTier.storeOn(ZonedDevice)";
        TABLE.refuses(storeOn, NULL, "device must not be null", _ -> ZnsTier.storeOn(null));
        TABLE.refuses(storeOn, STATE, CLOSED, g -> ZnsTier.storeOn(g.closedDevice));
        String contents = "DeviceContents.of(ZonedDevice)";
        TABLE.refuses(contents, NULL, "device must not be null", _ -> DeviceContents.of(null));
        TABLE.refuses(contents, STATE, CLOSED, g -> DeviceContents.of(g.closedDevice));
        String opened = "ZnsTierBuilder.open()";
        TABLE.refuses(
                opened, STATE, CLOSED, g -> ZnsTier.builder(g.closedDevice).open());
        TABLE.refuses(
                opened,
                STATE,
                CLOSED,
                g -> ZnsTier.builder(g.closedDevice).force(true).open());
        TABLE.refuses(
                opened,
                DeviceException.class,
                "another one is open on the same object",
                g -> ZnsTier.builder(g.tier.device()).open());
        String attach = "ZnsTier.attach(ColdSlabs)";
        TABLE.refuses(attach, NULL, "slabs must not be null", g -> g.tier.attach(null));
        TABLE.refuses(attach, STATE, "is attached to an allocator already", g -> build(g.tier));
        TABLE.refuses(attach, STATE, CLOSED, g -> build(g.closed));
        TABLE.refuses("ZnsTier.memory(SlabShape)", NULL, "shape must not be null", g -> g.closed.memory(null));
        TABLE.answers("ZnsTier.close()", null, g -> {
            g.closed.close();
            return null;
        });
        TABLE.answers("ZnsTier.finish()", null, g -> {
            g.closed.finish();
            return null;
        });
    }

    private static SlabAllocator build(ZnsTier tier) {
        return SlabAllocator.builder().limitBytes(8 << 20).coldTier(tier).build();
    }

    private static void fillWithSettings() {
        for (int zones : new int[] {0, -1, 65, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            TABLE.refuses(
                    "ZnsTierBuilder.parallelZones(int)",
                    ARGUMENT,
                    "zones written in parallel must be 1 to 64: " + zones,
                    g -> g.builder().parallelZones(zones));
        }
        for (int bytes : new int[] {0, -1, 4096, (128 << 10) + 1, 8 << 20, Integer.MAX_VALUE}) {
            TABLE.refuses(
                    "ZnsTierBuilder.writeBytes(int)",
                    ARGUMENT,
                    "bytes of a write must be 131072 to 4194304, in steps of 4096: " + bytes,
                    g -> g.builder().writeBytes(bytes));
        }
        for (long bytes : new long[] {0, -1, Long.MIN_VALUE}) {
            TABLE.refuses(
                    "ZnsTierBuilder.backlogBytes(long)",
                    ARGUMENT,
                    "bytes of the backlog must be 1 or more: " + bytes,
                    g -> g.builder().backlogBytes(bytes));
        }
        for (int depth : new int[] {0, -1, 4097, Integer.MAX_VALUE}) {
            TABLE.refuses(
                    "ZnsTierBuilder.readDepth(int)",
                    ARGUMENT,
                    "read depth must be 1 to 4096: " + depth,
                    g -> g.builder().readDepth(depth));
        }
        String cache = "ZnsTierBuilder.readCacheBytes(long)";
        for (long bytes : new long[] {-1, HUGE}) {
            TABLE.refuses(
                    cache,
                    ARGUMENT,
                    "bytes for the read cache must be 0 to 1099511627776: " + bytes,
                    g -> g.builder().readCacheBytes(bytes));
        }
        TABLE.answers(cache, null, g -> {
            build(g.builder().readCacheBytes(1).open()).close();
            return null;
        });
        String blockAtMost = "ZnsTierBuilder.blockAtMost(Duration)";
        TABLE.refuses(
                blockAtMost, NULL, "wait must not be null", g -> g.builder().blockAtMost(null));
        for (Duration wait : List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE))) {
            TABLE.refuses(
                    blockAtMost,
                    ARGUMENT,
                    "the longest wait for room must be more than nothing: " + wait,
                    g -> g.builder().blockAtMost(wait));
        }
        TABLE.answers(blockAtMost, null, g -> {
            g.builder()
                    .whenFull(FullDevicePolicy.BLOCK)
                    .blockAtMost(Duration.ofSeconds(HUGE))
                    .open()
                    .close();
            return null;
        });
        TABLE.refuses(
                "ZnsTierBuilder.whenFull(FullDevicePolicy)",
                NULL,
                "policy must not be null",
                g -> g.builder().whenFull(null));
        TABLE.refuses(
                "ZnsTierBuilder.onErrors(ErrorPolicy)",
                NULL,
                "policy must not be null",
                g -> g.builder().onErrors(null));
        TABLE.takesNothing("ZnsTierBuilder.force(boolean)");
        TABLE.takesNothing("ZnsTierBuilder.requireRing(boolean)");
        String goOnFrom = "ZnsTierBuilder.goOnFrom(long, long)";
        for (long id : new long[] {-1, (1L << 30) + 1, HUGE}) {
            TABLE.refuses(
                    goOnFrom,
                    ARGUMENT,
                    "slab id " + id + ": must be 0 to 1073741824",
                    g -> g.builder().goOnFrom(id, 0));
        }
        for (long epoch : new long[] {-1, (1L << 62) + 1}) {
            TABLE.refuses(
                    goOnFrom,
                    ARGUMENT,
                    "epoch " + epoch + ": must be 0 to",
                    g -> g.builder().goOnFrom(1, epoch));
        }
        String collect = "ZnsTier.collect(int)";
        for (int percent : new int[] {0, -1, 101}) {
            TABLE.refuses(
                    collect,
                    ARGUMENT,
                    "percent of dead slabs " + percent + ": must be 1 to 100",
                    g -> g.tier.collect(percent));
        }
        TABLE.refuses(collect, STATE, UNATTACHED, g -> g.unattached.collect(1));
        TABLE.refuses(collect, STATE, CLOSED, g -> g.closed.collect(1));
        String evacuate = "ZnsTier.evacuate(Collection)";
        TABLE.refuses(evacuate, NULL, "zones must not be null", g -> g.tier.evacuate(null));
        for (int zone : new int[] {-1, 16, Integer.MAX_VALUE}) {
            String says = "zone " + zone + ": must be 0 to 15";
            TABLE.refuses(evacuate, ARGUMENT, says, g -> g.tier.evacuate(List.of(0, zone)));
        }
        TABLE.refuses(evacuate, STATE, UNATTACHED, g -> g.unattached.evacuate(List.of(1)));
        TABLE.refuses(evacuate, STATE, CLOSED, g -> g.closed.evacuate(List.of()));
        TABLE.refuses("ZnsTier.checkpoint()", STATE, UNATTACHED, g -> g.unattached.checkpoint());
        TABLE.refuses("ZnsTier.checkpoint()", STATE, CLOSED, g -> g.closed.checkpoint());
    }

    private static void fillWithWhatAnAllocatorAsks() {
        String demote = "ZnsTier.demote(SlabBatch)";
        TABLE.refuses(demote, NULL, "batch must not be null", g -> g.tier.demote(null));
        TABLE.refuses(demote, STATE, UNATTACHED, g -> g.unattached.demote(noSlabs()));
        TABLE.refuses(demote, STATE, CLOSED, g -> g.closed.demote(noSlabs()));
        String release = "ZnsTier.release(long, long)";
        String changed = "ZnsTier.changed(long)";
        String reserve = "ZnsTier.reserveGenerations(long, int)";
        String expect = "ZnsTier.expectGenerations(long, int)";
        for (long id : new long[] {-1, 1 << 30, HUGE, Long.MIN_VALUE}) {
            String says = "slab id " + id + ": must be 0 to 1073741823";
            TABLE.refuses(release, ARGUMENT, says, g -> g.tier.release(id, 1));
            TABLE.refuses(changed, ARGUMENT, says, g -> g.tier.changed(id));
            TABLE.refuses(reserve, ARGUMENT, says, g -> g.tier.reserveGenerations(id, 0));
            TABLE.refuses(expect, ARGUMENT, says, g -> g.tier.expectGenerations(id, 0));
        }
        for (long location : new long[] {-1, 0, LOCATIONS, HUGE}) {
            TABLE.refuses(
                    release,
                    ARGUMENT,
                    "location " + location + " of slab 0: must be 1 to " + (LOCATIONS - 1) + " on ",
                    g -> g.tier.release(0, location));
        }
        TABLE.refuses(release, STATE, UNATTACHED, g -> g.unattached.release(0, 1));
        TABLE.refuses(changed, STATE, UNATTACHED, g -> g.unattached.changed(0));
        for (int generation : new int[] {-1, 1 << 24, Integer.MAX_VALUE}) {
            String says = "generation " + generation + ": must be 0 to 16777215";
            TABLE.refuses(reserve, ARGUMENT, says, g -> g.tier.reserveGenerations(0, generation));
            TABLE.refuses(expect, ARGUMENT, says, g -> g.tier.expectGenerations(0, generation));
        }
        TABLE.refuses(reserve, STATE, UNATTACHED, g -> g.unattached.reserveGenerations(0, 0));
        TABLE.refuses(expect, STATE, UNATTACHED, g -> g.unattached.expectGenerations(0, 0));
        String reserveIds = "ZnsTier.reserveSlabIds(long)";
        String expectIds = "ZnsTier.expectSlabIds(long)";
        for (long id : new long[] {-1, (1 << 30) + 1, HUGE}) {
            String says = "slab id " + id + ": must be 0 to 1073741824";
            TABLE.refuses(reserveIds, ARGUMENT, says, g -> g.tier.reserveSlabIds(id));
            TABLE.refuses(expectIds, ARGUMENT, says, g -> g.tier.expectSlabIds(id));
        }
        TABLE.refuses(reserveIds, STATE, UNATTACHED, g -> g.unattached.reserveSlabIds(0));
        TABLE.refuses(expectIds, STATE, UNATTACHED, g -> g.unattached.expectSlabIds(0));
        String epochs = "ZnsTier.reserveEpochs(long)";
        String changedEpoch = "ZnsTier.epochChanged(long)";
        for (long epoch : new long[] {-1, HUGE}) {
            TABLE.refuses(epochs, ARGUMENT, "epoch " + epoch + ": must be 0 to", g -> g.tier.reserveEpochs(epoch));
            TABLE.refuses(changedEpoch, ARGUMENT, "epoch " + epoch + ": must be 0 to", g -> g.tier.epochChanged(epoch));
        }
        TABLE.refuses(epochs, STATE, UNATTACHED, g -> g.unattached.reserveEpochs(0));
        TABLE.refuses(changedEpoch, STATE, UNATTACHED, g -> g.unattached.epochChanged(0));
        TABLE.refuses("ZnsTier.generationBound()", STATE, UNATTACHED, g -> g.unattached.generationBound());
        String root = "ZnsTier.root(byte[])";
        TABLE.refuses(root, NULL, "bytes must not be null", g -> g.tier.root(null));
        TABLE.refuses(root, ARGUMENT, "a root of 4097 bytes: must be at most 4096", g -> g.tier.root(new byte[4097]));
        TABLE.refuses(root, STATE, UNATTACHED, g -> g.unattached.root(new byte[1]));
        TABLE.refuses(root, STATE, CLOSED, g -> g.closed.root(new byte[1]));
        TABLE.refuses("ZnsTier.root()", STATE, UNATTACHED, g -> g.unattached.root());
        TABLE.refuses("ZnsTier.root()", STATE, CLOSED, g -> g.closed.root());
        TABLE.refuses("ZnsTier.sync()", STATE, UNATTACHED, g -> g.unattached.sync());
        TABLE.refuses("ZnsTier.sync()", STATE, CLOSED, g -> g.closed.sync());
    }

    private static SlabBatch noSlabs() {
        return (SlabBatch) Proxy.newProxyInstance(
                SlabBatch.class.getClassLoader(), new Class<?>[] {SlabBatch.class}, (_, method, _) -> {
                    throw new AssertionError(method + " was called");
                });
    }

    private interface Read {
        void of(ZnsTier tier, long location, MemorySegment destination);
    }

    private static void fillWithReads() {
        fillWithRead("ZnsTier.read(long, int, long, MemorySegment)", (tier, location, destination) -> {
            try {
                tier.read(0, 0, location, destination).join();
            } catch (CompletionException e) {
                throw (RuntimeException) e.getCause();
            }
        });
        String listened = "ZnsTier.read(long, int, long, MemorySegment, Listener)";
        fillWithRead(listened, (tier, location, destination) -> {
            RuntimeException[] failed = new RuntimeException[1];
            // Refused before it reaches the reading thread.
            tier.read(0, 0, location, destination, failure -> failed[0] = failure);
            throw failed[0];
        });
        TABLE.refuses(
                listened,
                NULL,
                "listener must not be null",
                g -> g.tier.read(0, 0, 1, slab(), (ColdTier.Listener) null));
        String ticketed = "ZnsTier.read(long, int, long, MemorySegment, long, TicketListener)";
        fillWithRead(ticketed, (tier, location, destination) -> {
            RuntimeException[] failed = new RuntimeException[1];
            tier.read(0, 0, location, destination, 7, (ticket, failure) -> failed[ticket == 7 ? 0 : 1] = failure);
            throw failed[0];
        });
        TABLE.refuses(ticketed, NULL, "listener must not be null", g -> g.tier.read(0, 0, 1, slab(), 7, null));
        fillWithRead(
                "ZnsTier.readNow(long, int, long, MemorySegment)",
                (tier, location, destination) -> tier.readNow(0, 0, location, destination));
        fillWithRead(
                "ZnsTier.readThrough(long, int, long, MemorySegment)",
                (tier, location, destination) -> tier.readThrough(0, 0, location, destination));
        String all = "ZnsTier.readAll(long[], int[], long[], MemorySegment, Throwable[])";
        fillWithRead(all, (tier, location, destination) -> {
            Throwable[] failures = new Throwable[1];
            tier.readAll(new long[1], new int[1], new long[] {location}, destination, failures);
            throw (RuntimeException) failures[0];
        });
        TABLE.refuses(
                all,
                ARGUMENT,
                "2 slabs with 1 classes, 2 locations and room for 2 failures",
                g -> g.tier.readAll(new long[2], new int[1], new long[2], slab(), new Throwable[2]));
        TABLE.refuses(
                all,
                NULL,
                "failures must not be null",
                g -> g.tier.readAll(new long[1], new int[1], new long[1], slab(), null));
    }

    private static MemorySegment slab() {
        return MemorySegment.ofArray(new byte[SLAB_BYTES]);
    }

    private static void fillWithRead(String method, Read read) {
        TABLE.refuses(method, NULL, "destination must not be null", g -> read.of(g.tier, 1, null));
        TABLE.refuses(
                method,
                ARGUMENT,
                "destination of 4096 bytes is read-only",
                g -> read.of(g.tier, 1, slab().asReadOnly()));
        TABLE.refuses(
                method,
                ARGUMENT,
                "destination of 4095 bytes: must have the 4096 bytes of a slab",
                g -> read.of(g.tier, 1, slab().asSlice(1)));
        for (long location : new long[] {-1, LOCATIONS, HUGE, Long.MIN_VALUE}) {
            TABLE.refuses(
                    method,
                    ZnsSlabException.class,
                    "slab 0 can't be read from location " + location,
                    g -> read.of(g.tier, location, slab()));
        }
        TABLE.refuses(method, STATE, UNATTACHED, g -> read.of(g.unattached, 1, slab()));
        TABLE.refuses(method, STATE, CLOSED, g -> read.of(g.closed, 1, slab()));
    }

    private static void fillWithFigures() {
        TABLE.answers("ZnsTier.recovery()", RecoveryReport.NOTHING, g -> g.unattached.recovery());
        TABLE.answers(
                "ZnsTier.statistics()", 0L, g -> g.closed.statistics().reads().slabsRead());
        TABLE.refuses("ZnsTier.zoneMap()", STATE, CLOSED, g -> g.closed.zoneMap());
        TABLE.takesNothing("ZnsTier.device()", "ZnsTier.deviceUuid()");
        TABLE.refuses("TierMetrics(ZnsTier)", NULL, "tier must not be null", _ -> new TierMetrics(null));
        TABLE.refuses(
                "TierMetrics.bindTo(MeterRegistry)",
                NULL,
                "registry must not be null",
                g -> new TierMetrics(g.tier).bindTo((MeterRegistry) null));
        TABLE.refuses("TierRecording.of(ZnsTier)", NULL, "tier must not be null", _ -> TierRecording.of(null));
        TABLE.answers("TierRecording.close()", null, g -> {
            TierRecording recording = TierRecording.of(g.closed);
            recording.close();
            recording.close();
            return null;
        });
    }

    ArgumentsTest() {
        super(TABLE);
    }

    @Override
    protected Given given() {
        return given;
    }

    @TempDir
    private static Path folder;

    private static Given given;
    private static SlabAllocator allocator;

    @BeforeAll
    static void open() {
        ZonedDevice closedDevice = FileZonedDevice.create(folder.resolve("device"), SHAPE);
        ZnsTier closed = ZnsTier.builder(closedDevice).open();
        build(closed).close();
        ZnsTier tier = ZnsTier.builder(new NullZonedDevice(SHAPE)).open();
        allocator = build(tier);
        given = new Given(tier, ZnsTier.builder(new NullZonedDevice(SHAPE)).open(), closed, closedDevice);
    }

    @AfterAll
    static void theStoreIsAsGoodAsBefore() {
        allocator.allocate(100, 0);
        allocator.closeEpoch(0, Disposition.DEMOTE).join();
        allocator.checkInvariants();
        allocator.close();
        given.unattached.close();
    }

    @Test
    void eachPublicMethodHasARow() throws Exception {
        TABLE.requireRowsFor(ZnsTier.class, ArgumentsTest::isOfUsers, _ -> true);
        TABLE.requireRowsFor(TierMetrics.class, type -> true, _ -> true);
        TABLE.requireMethodsFor(ZnsTier.class, TierMetrics.class);
    }

    /** Not figures and failures, which the store makes, and which answer what they were given. */
    private static boolean isOfUsers(Class<?> type) {
        return !type.isRecord() && !type.isEnum() && !Throwable.class.isAssignableFrom(type);
    }
}
