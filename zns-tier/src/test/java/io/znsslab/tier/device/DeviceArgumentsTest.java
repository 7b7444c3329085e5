package io.znsslab.tier.device;

import io.znsslab.bindings.AddressSpace;
import io.znsslab.tier.AnswerTable;
import io.znsslab.tier.AnswerTableTest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The answer of each public method of devices to arguments that it refuses: null, negative, zero, huge; and after
 * closing.
 */
class DeviceArgumentsTest extends AnswerTableTest<DeviceArgumentsTest.Given> {
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;
    private static final Class<NullPointerException> NULL = NullPointerException.class;
    private static final Class<IllegalStateException> STATE = IllegalStateException.class;
    private static final Class<DeviceException> DEVICE = DeviceException.class;
    private static final long HUGE = Long.MAX_VALUE;
    private static final int ZONES = 16;
    private static final FileGeometry SHAPE = FileGeometry.of(1 << 20, ZONES);

    /** The objects to call; the queues are the device file's. */
    record Given(
            FileZonedDevice file,
            NullZonedDevice nullDevice,
            FileZonedDevice closed,
            IoQueue queue,
            IoQueue closedQueue) {}

    private static final AnswerTable<Given> TABLE = new AnswerTable<>();

    static {
        fillWithOpening();
        fillWithShapes();
        fillWithZones();
        fillWithTransfers();
        fillWithQueues();
        fillWithRequests();
    }

    private static void fillWithOpening() {
        String open = "ZonedDevice.open(Path)";
        TABLE.refuses(open, NULL, "path must not be null", _ -> ZonedDevice.open(null));
        TABLE.refuses(open, DEVICE, "/no/such/device", _ -> ZonedDevice.open(Path.of("/no/such/device")));
        String openFile = "FileZonedDevice.open(Path)";
        TABLE.refuses(openFile, NULL, "path must not be null", _ -> FileZonedDevice.open(null));
        TABLE.refuses(openFile, DEVICE, "/no/such/device", _ -> FileZonedDevice.open(Path.of("/no/such/device")));
        String readOnly = "ZonedDevice.openReadOnly(Path)";
        TABLE.refuses(readOnly, NULL, "path must not be null", _ -> ZonedDevice.openReadOnly(null));
        TABLE.refuses(readOnly, DEVICE, "/no/such/device", _ -> ZonedDevice.openReadOnly(Path.of("/no/such/device")));
        String readFile = "FileZonedDevice.openReadOnly(Path)";
        TABLE.refuses(readFile, NULL, "path must not be null", _ -> FileZonedDevice.openReadOnly(null));
        TABLE.refuses(
                readFile, DEVICE, "/no/such/device", _ -> FileZonedDevice.openReadOnly(Path.of("/no/such/device")));
        String create = "FileZonedDevice.create(Path, FileGeometry)";
        TABLE.refuses(create, NULL, "path must not be null", _ -> FileZonedDevice.create(null, SHAPE));
        TABLE.refuses(create, NULL, "shape must not be null", _ -> FileZonedDevice.create(folder.resolve("a"), null));
        TABLE.refuses(
                create, DEVICE, "there is something at ", g -> FileZonedDevice.create(Path.of(g.file.name()), SHAPE));
        TABLE.refuses("NullZonedDevice(FileGeometry)", NULL, "shape must not be null", _ -> new NullZonedDevice(null));
        TABLE.answers("FileZonedDevice.missingRoomBytes()", 0L, g -> g.closed.missingRoomBytes());
        TABLE.answers("ZonedDevice.close()", null, g -> {
            g.closed.close();
            return null;
        });
        TABLE.refuses("ZonedDevice.close()", STATE, "can't be closed: 1 queues to it are open", g -> g.file.close());
        TABLE.takesNothing(
                "ZonedDevice.name()",
                "ZonedDevice.description()",
                "ZonedDevice.geometry()",
                "ZonedDevice.isWrittenByOthers()");
    }

    private static void fillWithShapes() {
        String all = "FileGeometry(long, long, int, int, int, ZoneLimits)";
        TABLE.refuses(
                all,
                ARGUMENT,
                "the block size 100: must be 512, 1024, 2048 or 4096 bytes",
                _ -> new FileGeometry(4096, 4096, 1, 0, 100, ZoneLimits.NONE));
        TABLE.refuses(all, NULL, "limits must not be null", _ -> new FileGeometry(4096, 4096, 1, 0, 512, null));
        String of = "FileGeometry.of(long, int)";
        for (long bytes : new long[] {0, -4096, 5000, 1L << 41, HUGE}) {
            TABLE.refuses(
                    of,
                    ARGUMENT,
                    "the zone size " + bytes + ": must be a multiple of 4096 bytes, up to 1099511627776",
                    _ -> FileGeometry.of(bytes, 4));
        }
        for (int zones : new int[] {0, -1, Integer.MAX_VALUE}) {
            TABLE.refuses(
                    of,
                    ARGUMENT,
                    "the number of zones " + zones + ": must be 1 to 1048576",
                    _ -> FileGeometry.of(4096, zones));
        }
        for (long bytes : new long[] {0, -1, 4095, 1 << 21, HUGE}) {
            TABLE.refuses(
                    "FileGeometry.withZoneCapacityBytes(long)",
                    ARGUMENT,
                    "the zone capacity " + bytes + ": must be a multiple of the block size, 4096 bytes, up to",
                    _ -> SHAPE.withZoneCapacityBytes(bytes));
        }
        for (int zones : new int[] {-1, ZONES + 1, Integer.MAX_VALUE}) {
            TABLE.refuses(
                    "FileGeometry.withConventionalZones(int)",
                    ARGUMENT,
                    "the number of conventional zones " + zones + ": must be 0 to the number of zones, " + ZONES,
                    _ -> SHAPE.withConventionalZones(zones));
        }
        for (int bytes : new int[] {0, -1, 256, 1000, 8192, Integer.MIN_VALUE}) {
            TABLE.refuses(
                    "FileGeometry.withBlockBytes(int)",
                    ARGUMENT,
                    "the block size " + bytes + ": must be 512, 1024, 2048 or 4096 bytes",
                    _ -> SHAPE.withBlockBytes(bytes));
        }
        String limits = "FileGeometry.withLimits(int, int)";
        TABLE.refuses(
                limits,
                ARGUMENT,
                "the limit of open zones -1: must be 0 for none, or more",
                _ -> SHAPE.withLimits(-1, 0));
        TABLE.refuses(
                limits,
                ARGUMENT,
                "the limit of active zones 3: must be 0 for none, or at least the limit of open zones, 4",
                _ -> SHAPE.withLimits(4, 3));
        TABLE.refuses(limits, ARGUMENT, "the limit of active zones -1: must be", _ -> SHAPE.withLimits(0, -1));
    }

    private interface ZoneCommand {
        void on(ZonedDevice device, int zone);
    }

    private static void fillWithZones() {
        Map<String, ZoneCommand> commands = Map.of(
                "ZonedDevice.report(int)", ZonedDevice::report,
                "ZonedDevice.resetZone(int)", ZonedDevice::resetZone,
                "ZonedDevice.finishZone(int)", ZonedDevice::finishZone,
                "ZonedDevice.openZone(int)", ZonedDevice::openZone,
                "ZonedDevice.closeZone(int)", ZonedDevice::closeZone);
        commands.forEach((method, command) -> {
            for (int zone : new int[] {-1, ZONES, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                String says = "zone " + zone + " does not exist: ";
                TABLE.refuses(method, DEVICE, says, g -> command.on(g.file, zone));
                TABLE.refuses(method, DEVICE, says, g -> command.on(g.nullDevice, zone));
            }
            TABLE.refuses(method, STATE, " is closed", g -> command.on(g.closed, 0));
        });
        TABLE.refuses("ZonedDevice.report()", STATE, " is closed", g -> g.closed.report());
        TABLE.refuses("ZonedDevice.ioMethod()", STATE, " is closed", g -> g.closed.ioMethod());
        TABLE.refuses("ZonedDevice.requireRing()", STATE, " is closed", g -> g.closed.requireRing());
        String preallocate = "ZonedDevice.preallocate(int)";
        TABLE.refuses(preallocate, DEVICE, "zone -1 does not exist: ", g -> g.file.preallocate(-1));
        TABLE.refuses(preallocate, STATE, " is closed", g -> g.closed.preallocate(0));
        String failZone = "FileZonedDevice.failZone(int, ZoneCondition)";
        TABLE.refuses(failZone, NULL, "fault must not be null", g -> g.file.failZone(0, null));
        TABLE.refuses(
                failZone,
                ARGUMENT,
                "a zone fails to READ_ONLY or OFFLINE, not to FULL",
                g -> g.file.failZone(0, ZoneCondition.FULL));
        TABLE.refuses(failZone, DEVICE, "zone 16 does not exist: ", g -> g.file.failZone(16, ZoneCondition.OFFLINE));
        TABLE.refuses(failZone, STATE, " is closed", g -> g.closed.failZone(0, ZoneCondition.OFFLINE));
    }

    private static void fillWithTransfers() {
        String read = "ZonedDevice.read(long, MemorySegment)";
        String write = "ZonedDevice.write(long, MemorySegment)";
        for (Function<Given, ZonedDevice> device :
                List.<Function<Given, ZonedDevice>>of(Given::file, Given::nullDevice)) {
            TABLE.refuses(
                    read, NULL, "into must not be null", g -> device.apply(g).read(0, null));
            TABLE.refuses(
                    write, NULL, "from must not be null", g -> device.apply(g).write(0, null));
            TABLE.refuses(
                    read,
                    ARGUMENT,
                    "the memory to read into must not be read-only",
                    g -> device.apply(g).read(0, block().asReadOnly()));
            for (long offset : new long[] {-4096, -1, 16 << 20, HUGE, HUGE - 4095, Long.MIN_VALUE}) {
                String says = " of 4096 bytes at " + offset + " of ";
                TABLE.refuses(read, DEVICE, "read" + says, g -> device.apply(g).read(offset, block()));
                TABLE.refuses(
                        write, DEVICE, "write" + says, g -> device.apply(g).write(offset, block()));
            }
            TABLE.refuses(
                    read,
                    DEVICE,
                    "it is not in whole blocks of 4096 bytes",
                    g -> device.apply(g).read(0, block().asSlice(1)));
            TABLE.refuses(
                    write,
                    DEVICE,
                    "it is not in whole blocks of 4096 bytes",
                    g -> device.apply(g).write(512, block()));
        }
        TABLE.refuses(read, STATE, " is closed", g -> g.closed.read(0, block()));
        TABLE.refuses(read, STATE, " is closed", g -> g.closed.read(0, block().asSlice(0, 0)));
        TABLE.refuses(write, STATE, " is closed", g -> g.closed.write(0, block()));
        TABLE.refuses("ZonedDevice.flush()", STATE, " is closed", g -> g.closed.flush());
    }

    private static MemorySegment block() {
        return MemorySegment.ofArray(new byte[4096]);
    }

    private static void fillWithQueues() {
        String openQueue = "ZonedDevice.openQueue(IoQueueSettings)";
        TABLE.refuses(openQueue, NULL, "settings must not be null", g -> g.file.openQueue(null));
        TABLE.refuses(openQueue, NULL, "settings must not be null", g -> g.nullDevice.openQueue(null));
        TABLE.refuses(openQueue, STATE, " is closed", g -> g.closed.openQueue(settings(1)));
        String settings = "IoQueueSettings(int, boolean, boolean, List)";
        for (int depth : new int[] {0, -1, 4097, Integer.MAX_VALUE}) {
            TABLE.refuses(settings, ARGUMENT, "queue depth must be 1 to 4096: " + depth, _ -> settings(depth));
        }
        TABLE.refuses(settings, NULL, "buffers must not be null", _ -> new IoQueueSettings(1, false, false, null));
        TABLE.refuses(settings, ARGUMENT, "a queue's buffers can't be heap memory", _ -> {
            MemorySegment onHeap = MemorySegment.ofArray(new long[512]);
            new IoQueueSettings(1, false, false, List.of(onHeap));
        });
        String submit = "IoQueue.submit(IoRequest)";
        TABLE.refuses(submit, NULL, "request must not be null", g -> g.queue.submit(null));
        TABLE.refuses(submit, ARGUMENT, "can't have heap memory: must be native", g -> {
            NoRequest onHeap = new NoRequest();
            onHeap.read(0, block());
            g.queue.submit(onHeap);
        });
        TABLE.refuses(submit, STATE, "is closed", g -> g.closedQueue.submit(new NoRequest()));
        TABLE.refuses("IoQueue.poll()", STATE, "is closed", g -> g.closedQueue.poll());
        TABLE.refuses("IoQueue.await()", STATE, "is closed", g -> g.closedQueue.await());
        TABLE.refuses("IoQueue.wake()", STATE, "was not opened as wakeable", g -> g.queue.wake());
        TABLE.answers("IoQueue.inFlight()", 0, g -> g.closedQueue.inFlight());
        TABLE.answers("IoQueue.mayHaveCompletion()", false, g -> g.closedQueue.mayHaveCompletion());
        TABLE.answers("IoQueue.close()", null, g -> {
            g.closedQueue.close();
            return null;
        });
        TABLE.takesNothing("IoQueue.depth()", "IoQueue.hasRoom()");
    }

    private static IoQueueSettings settings(int depth) {
        return new IoQueueSettings(depth, false, false, List.of());
    }

    private static final class NoRequest extends IoRequest {
        @Override
        protected void completed(DeviceException failure) {
            throw new AssertionError("was not to be done", failure);
        }
    }

    private static void fillWithRequests() {
        TABLE.refuses(
                "AwaitedRequest.submitTo(IoQueue)",
                NULL,
                "queue must not be null",
                _ -> new AwaitedRequest().submitTo(null));
        TABLE.takesNothing("AwaitedRequest()", "AwaitedRequest.isInFlight()", "AwaitedRequest.throwFailure()");
        String read = "IoRequest.read(long, MemorySegment)";
        String write = "IoRequest.write(long, MemorySegment)";
        TABLE.refuses(read, NULL, "into must not be null", _ -> new NoRequest().read(0, null));
        TABLE.refuses(write, NULL, "from must not be null", _ -> new NoRequest().write(0, null));
        TABLE.refuses(
                read,
                ARGUMENT,
                "the memory to read into must not be read-only",
                _ -> new NoRequest().read(0, Arena.ofAuto().allocate(8).asReadOnly()));
        TABLE.refuses(
                write, ARGUMENT, "a request can't have 2147483648 bytes of memory: must be at most 2147483647", _ -> {
                    try (Arena arena = Arena.ofConfined()) {
                        new NoRequest().write(0, AddressSpace.reserve(1L << 31, arena));
                    }
                });
        TABLE.takesNothing(
                "IoRequest.flush()",
                "IoRequest.kind()",
                "IoRequest.offsetBytes()",
                "IoRequest.lengthBytes()",
                "IoRequest.buffer()",
                "IoRequest.endBytes()");
    }

    DeviceArgumentsTest() {
        super(TABLE);
    }

    @Override
    protected Given given() {
        return given;
    }

    @TempDir
    private static Path folder;

    private static Given given;

    @BeforeAll
    static void open() {
        FileZonedDevice file = FileZonedDevice.create(folder.resolve("file"), SHAPE);
        FileZonedDevice closed = FileZonedDevice.create(folder.resolve("closed"), SHAPE);
        closed.close();
        IoQueue closedQueue = file.openQueue(settings(4));
        closedQueue.close();
        given = new Given(file, new NullZonedDevice(SHAPE), closed, file.openQueue(settings(4)), closedQueue);
    }

    @AfterAll
    static void theDeviceIsAsGoodAsBefore() {
        given.queue.close();
        given.file.write(0, block());
        given.file.flush();
        given.file.close();
    }

    @Test
    void eachPublicMethodHasARow() throws Exception {
        TABLE.requireRowsFor(ZonedDevice.class, DeviceArgumentsTest::isOfUsers, DeviceArgumentsTest::isItsOwn);
        TABLE.requireMethodsFor(ZonedDevice.class);
    }

    /**
     * Selects the types that users call: neither those that only the store makes, nor those that only its threads use.
     */
    private static boolean isOfUsers(Class<?> type) {
        boolean isMadeByTheStore = type.isRecord() && type != FileGeometry.class && type != IoQueueSettings.class;
        return !isMadeByTheStore
                && !type.isEnum()
                && !Throwable.class.isAssignableFrom(type)
                && !Set.of("Depth", "Uninterruptibly").contains(type.getSimpleName());
    }

    /** Omits methods that an interface has rows for, that only queues call, or that the compiler makes for a record. */
    private static boolean isItsOwn(Executable method) {
        Class<?> type = method.getDeclaringClass();
        if (type.isRecord()
                && (method.getParameterCount() == 0 || method.getName().equals("equals"))) {
            return false;
        }
        return !(method instanceof Method)
                || type.isInterface()
                || Stream.of(ZonedDevice.class, RequestRules.class)
                        .filter(known -> known.isAssignableFrom(type))
                        .flatMap(known -> Arrays.stream(known.getDeclaredMethods()))
                        .filter(known -> !java.lang.reflect.Modifier.isStatic(known.getModifiers()))
                        .noneMatch(known -> known.getName().equals(method.getName())
                                && Arrays.equals(known.getParameterTypes(), method.getParameterTypes()));
    }
}
