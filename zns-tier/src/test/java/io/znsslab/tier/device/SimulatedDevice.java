package io.znsslab.tier.device;

import io.znsslab.tier.device.DeviceException.Problem;
import io.znsslab.tier.device.IoRequest.Kind;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A zoned device in memory, for tests: it completes requests in an order that a seed decides, in virtual time, has a
 * volatile write cache, and fails as a {@link SimulatedFaults} says. Thread-safe: one lock orders all operations, and
 * no operation waits for real time.
 *
 * <p>The zones' states and limits are those of the device file, which has the same contract. The
 * {@link SimulatedMedium} decides what is durable.
 */
public final class SimulatedDevice implements ZonedDevice {
    private static final int MAX_TRANSFER_BYTES = 1 << 20;
    private static final int MOST_DELAY = 100;

    final Object lock = new Object();
    private final SimulatedMedium medium;
    private final SimulatedFaults faults;
    private final SplittableRandom random;
    private final DeviceGeometry geometry;
    private final ZoneStates states;
    private long now;
    private long stuckGeneration;
    private int openQueues;
    private boolean closed;
    private SimulatedFault end;

    /** Opens the device on a medium. */
    public SimulatedDevice(SimulatedMedium medium, SimulatedFaults faults, long seed) {
        this(medium, faults, seed, MAX_TRANSFER_BYTES);
    }

    /** Opens a device with a largest transfer of so many bytes. */
    public SimulatedDevice(SimulatedMedium medium, SimulatedFaults faults, long seed, int maxTransferBytes) {
        this.medium = medium;
        this.faults = faults;
        random = new SplittableRandom(seed);
        medium.hold();
        geometry = medium.shape().geometry(maxTransferBytes);
        states = new ZoneStates(name(), medium.shape());
        for (int zone = 0; zone < geometry.zoneCount(); zone++) {
            SimulatedMedium.Zone found = medium.zone(zone);
            states.restore(zone, found.condition, (long) found.writtenBlocks * geometry.blockBytes());
        }
    }

    /** A request in flight. */
    static final class Pending {
        final IoRequest request;
        DeviceException failure;
        boolean doneAnyway;
        /** Virtual time of its completion; {@link Long#MAX_VALUE} while it is stuck. */
        long due;

        final long stuckSince;
        /** In a flush: how far each zone was written when the flush was submitted. */
        int[] covered;

        Pending(IoRequest request, long stuckSince) {
            this.request = request;
            this.stuckSince = stuckSince;
        }
    }

    /** Takes a request over. Under the lock. */
    Pending accept(IoRequest request) {
        Pending pending = new Pending(request, stuckGeneration);
        pending.due = now + 1 + random.nextInt(MOST_DELAY);
        if (end != null) {
            pending.failure = ended(request.kind().toString());
            return pending;
        }
        DeviceException refusal = request.kind() == Kind.FLUSH ? null : refusalOf(request);
        if (refusal != null) {
            pending.failure = refusal;
            return pending;
        }
        int zone = request.kind() == Kind.FLUSH ? -1 : geometry.zoneOf(request.offsetBytes());
        SimulatedFault fault = faults.faultOf(operation(request.kind()), zone);
        if (request.kind() == Kind.WRITE) {
            takeData(zone, request);
        } else if (request.kind() == Kind.FLUSH) {
            pending.covered = new int[geometry.zoneCount()];
            for (int i = 0; i < pending.covered.length; i++) {
                pending.covered[i] = medium.zone(i).writtenBlocks;
            }
        }
        if (fault != null) {
            meet(fault, zone, pending);
        }
        return pending;
    }

    private static SimulatedOperation operation(Kind kind) {
        return switch (kind) {
            case READ -> SimulatedOperation.READ;
            case WRITE -> SimulatedOperation.WRITE;
            case FLUSH -> SimulatedOperation.FLUSH;
        };
    }

    private void meet(SimulatedFault fault, int zone, Pending pending) {
        switch (fault) {
            case KILL, POWER_CUT -> {
                end(fault);
                pending.failure = ended(describe(pending.request));
            }
            case STUCK -> {
                pending.due = Long.MAX_VALUE;
                pending.failure = DeviceErrors.failed(describe(pending.request), fault.errno);
            }
            case ZONE_READ_ONLY, ZONE_OFFLINE -> {
                boolean offline = fault == SimulatedFault.ZONE_OFFLINE;
                if (zone >= 0) {
                    failZone(zone, offline ? ZoneCondition.OFFLINE : ZoneCondition.READ_ONLY);
                    boolean readable = !offline && pending.request.kind() == Kind.READ;
                    pending.failure = readable
                            ? null
                            : new DeviceException(
                                    Problem.ZONE_FAULT,
                                    describe(pending.request) + " failed: the zone is " + states.condition(zone));
                }
            }
            default -> {
                pending.doneAnyway = fault == SimulatedFault.TIMEOUT;
                int done = 0;
                if (fault == SimulatedFault.SHORT && pending.request.kind() != Kind.FLUSH) {
                    int block = geometry.blockBytes();
                    done = pending.request.lengthBytes() / 2 / block * block;
                }
                pending.failure =
                        DeviceErrors.failed(describe(pending.request) + ", after " + done + " bytes,", fault.errno);
                if (pending.request.kind() == Kind.WRITE && fault == SimulatedFault.SHORT) {
                    written(zone, pending.request.offsetBytes() + done);
                }
            }
        }
    }

    private void takeData(int zone, IoRequest request) {
        int block = geometry.blockBytes();
        SimulatedMedium.Zone target = medium.zone(zone);
        int first = blockOf(zone, request.offsetBytes());
        int blocks = request.lengthBytes() / block;
        for (int i = 0; i < blocks; i++) {
            byte[] contents = new byte[block];
            MemorySegment.copy(request.buffer(), (long) i * block, MemorySegment.ofArray(contents), 0, block);
            target.cached[first + i] = contents;
        }
        target.submittedBlocks = Math.max(target.submittedBlocks, first + blocks);
        target.condition = states.condition(zone);
    }

    private int blockOf(int zone, long offsetBytes) {
        return (int) ((offsetBytes - geometry.startOf(zone)) / geometry.blockBytes());
    }

    private void written(int zone, long endBytes) {
        states.written(zone, endBytes - geometry.startOf(zone));
        SimulatedMedium.Zone target = medium.zone(zone);
        target.writtenBlocks = Math.max(target.writtenBlocks, blockOf(zone, endBytes));
        target.condition = states.condition(zone);
    }

    /** Carries out a request that is due. Under the lock. */
    DeviceException perform(Pending pending) {
        IoRequest request = pending.request;
        int zone = request.kind() == Kind.FLUSH ? -1 : geometry.zoneOf(request.offsetBytes());
        if (end != null && pending.failure == null) {
            return ended(describe(request));
        }
        if (pending.failure == null || pending.doneAnyway) {
            switch (request.kind()) {
                case READ -> copyTo(zone, request);
                case WRITE -> written(zone, request.endBytes());
                case FLUSH -> flushed(pending.covered);
            }
        } else if (request.kind() == Kind.WRITE && zoneExists(zone) && end == null) {
            forgetUnwritten(zone);
        }
        return pending.failure;
    }

    private boolean zoneExists(int zone) {
        return zone >= 0 && zone < geometry.zoneCount();
    }

    /** After a failed write the next one starts at the end of the written data. A failed zone takes no write. */
    private void forgetUnwritten(int zone) {
        SimulatedMedium.Zone target = medium.zone(zone);
        states.failed(zone, (long) target.writtenBlocks * geometry.blockBytes());
        target.submittedBlocks = Math.min(target.submittedBlocks, target.writtenBlocks);
        target.condition = states.condition(zone);
    }

    private void copyTo(int zone, IoRequest request) {
        int block = geometry.blockBytes();
        int first = blockOf(zone, request.offsetBytes());
        for (int i = 0; i < request.lengthBytes() / block; i++) {
            byte[] contents = medium.zone(zone).block(first + i);
            MemorySegment target = request.buffer().asSlice((long) i * block, block);
            if (contents == null) {
                target.fill((byte) 0);
            } else {
                target.copyFrom(MemorySegment.ofArray(contents));
            }
        }
    }

    private void flushed(int[] covered) {
        for (int zone = 0; zone < covered.length; zone++) {
            // A reset may have come in between.
            SimulatedMedium.Zone target = medium.zone(zone);
            target.flushed(Math.min(covered[zone], target.submittedBlocks));
        }
    }

    private DeviceException refusalOf(IoRequest request) {
        long offset = request.offsetBytes();
        int length = request.lengthBytes();
        int block = geometry.blockBytes();
        boolean inRange = offset >= 0
                && length > 0
                && offset + length <= geometry.sizeBytes()
                && offset % block == 0
                && length % block == 0
                && length <= geometry.maxTransferBytes()
                && geometry.zoneOf(offset) == geometry.zoneOf(offset + length - 1);
        if (!inRange) {
            return new DeviceException(Problem.OUT_OF_RANGE, describe(request) + " refused: it is out of range");
        }
        int zone = geometry.zoneOf(offset);
        return request.kind() == Kind.READ
                ? states.refusalOfRead(zone, offset - geometry.startOf(zone), length)
                : states.reserve(zone, offset - geometry.startOf(zone), length);
    }

    private String describe(IoRequest request) {
        return request.kind() + " of " + request.lengthBytes() + " bytes at " + request.offsetBytes() + " of " + name();
    }

    private DeviceException ended(String attempt) {
        return new DeviceException(
                Problem.IO_ERROR, attempt + " failed: " + (end == SimulatedFault.KILL ? "killed" : "no power"));
    }

    /**
     * The process or the power ends now, with requests in flight. Every later operation fails; the medium is free for
     * another device.
     */
    public void end(SimulatedFault how) {
        synchronized (lock) {
            if (end != null || closed) {
                return;
            }
            end = how;
            if (how == SimulatedFault.POWER_CUT) {
                medium.losePower(random);
            } else {
                medium.endWritesInFlight(random);
            }
            medium.release();
            lock.notifyAll();
        }
    }

    /** Whether the process or the power has ended. */
    public boolean hasEnded() {
        synchronized (lock) {
            return end != null;
        }
    }

    /** Makes all stuck requests fail now. */
    public void cancelStuck() {
        synchronized (lock) {
            stuckGeneration++;
            lock.notifyAll();
        }
    }

    /** Whether a request completes now, at a time that is not before {@code time}. Under the lock. */
    boolean isDue(Pending pending, long time) {
        return end != null || pending.due <= time || (pending.stuckSince < stuckGeneration && isStuck(pending));
    }

    static boolean isStuck(Pending pending) {
        return pending.due == Long.MAX_VALUE;
    }

    /** Under the lock. */
    long now() {
        return now;
    }

    /** Lets virtual time pass. Under the lock. */
    void passUntil(long time) {
        now = Math.max(now, time);
    }

    void queueClosed() {
        synchronized (lock) {
            openQueues--;
        }
    }

    @Override
    public String name() {
        return "simulated device";
    }

    @Override
    public String description() {
        return "simulated device";
    }

    @Override
    public DeviceGeometry geometry() {
        return geometry;
    }

    @Override
    public List<ZoneDescriptor> report() {
        List<ZoneDescriptor> zones = new ArrayList<>();
        for (int zone = 0; zone < geometry.zoneCount(); zone++) {
            zones.add(report(zone));
        }
        return zones;
    }

    private interface Command {
        void perform();
    }

    private void command(SimulatedOperation operation, int zone, Command command) {
        synchronized (lock) {
            if (zone < 0 || zone >= geometry.zoneCount()) {
                throw new DeviceException(Problem.OUT_OF_RANGE, operation + " of zone " + zone + " that is not there");
            }
            String attempt = operation + " of zone " + zone + " of " + name();
            if (end != null) {
                throw ended(attempt);
            }
            SimulatedFault fault = faults.faultOf(operation, zone);
            if (fault == null) {
                command.perform();
                return;
            }
            switch (fault) {
                case KILL, POWER_CUT -> {
                    // The process was killed during the operation, which is done or not.
                    if (random.nextBoolean()) {
                        command.perform();
                    }
                    end(fault);
                    throw ended(attempt);
                }
                case ZONE_READ_ONLY, ZONE_OFFLINE -> {
                    failZone(
                            zone,
                            fault == SimulatedFault.ZONE_OFFLINE ? ZoneCondition.OFFLINE : ZoneCondition.READ_ONLY);
                    command.perform();
                    return;
                }
                case STUCK -> awaitCancelling();
                case TIMEOUT -> command.perform();
                default -> {}
            }
            throw DeviceErrors.failed(attempt, fault.errno);
        }
    }

    private void awaitCancelling() {
        long since = stuckGeneration;
        boolean interrupted = false;
        while (stuckGeneration == since && end == null) {
            try {
                lock.wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public ZoneDescriptor report(int zone) {
        ZoneDescriptor[] found = new ZoneDescriptor[1];
        command(SimulatedOperation.REPORT, zone, () -> found[0] = states.describe(zone));
        return found[0];
    }

    @Override
    public void resetZone(int zone) {
        command(SimulatedOperation.RESET, zone, () -> {
            states.reset(zone);
            medium.zone(zone).reset();
        });
    }

    @Override
    public void finishZone(int zone) {
        command(SimulatedOperation.FINISH, zone, () -> {
            states.finish(zone);
            SimulatedMedium.Zone target = medium.zone(zone);
            target.condition = ZoneCondition.FULL;
            target.writtenBlocks = target.lasting.length;
        });
    }

    @Override
    public void openZone(int zone) {
        command(SimulatedOperation.OPEN, zone, () -> states.open(zone));
    }

    @Override
    public void closeZone(int zone) {
        command(SimulatedOperation.CLOSE, zone, () -> states.close(zone));
    }

    /** Makes a zone read-only or offline. */
    public void failZone(int zone, ZoneCondition fault) {
        synchronized (lock) {
            states.fail(zone, fault);
            medium.zone(zone).condition = fault;
        }
    }

    @Override
    public IoQueue openQueue(IoQueueSettings settings) {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("device " + name() + " is closed");
            }
            openQueues++;
            return new SimulatedQueue(this, settings.depth(), settings.wakeable());
        }
    }

    @Override
    public void read(long offsetBytes, MemorySegment into) {
        inPieces(into, (at, piece) -> {
            AwaitedRequest request = new AwaitedRequest();
            request.read(offsetBytes + at, piece);
            return request;
        });
    }

    @Override
    public void write(long offsetBytes, MemorySegment from) {
        inPieces(from, (at, piece) -> {
            AwaitedRequest request = new AwaitedRequest();
            request.write(offsetBytes + at, piece);
            return request;
        });
    }

    @Override
    public void flush() {
        perform(new AwaitedRequest());
    }

    private interface Piece {
        AwaitedRequest request(long at, MemorySegment piece);
    }

    private void inPieces(MemorySegment all, Piece piece) {
        int most = geometry.maxTransferBytes();
        for (long at = 0; at < all.byteSize(); at += most) {
            perform(piece.request(at, all.asSlice(at, Math.min(most, all.byteSize() - at))));
        }
    }

    private void perform(AwaitedRequest request) {
        try (IoQueue queue = openQueue(new IoQueueSettings(1, false, false, List.of()))) {
            request.submitTo(queue);
            while (request.isInFlight()) {
                queue.await();
            }
        }
        request.throwFailure();
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            if (openQueues != 0) {
                throw new IllegalStateException(
                        "device " + name() + " can't be closed: " + openQueues + " queues to it are open");
            }
            closed = true;
            if (end == null) {
                for (int zone = 0; zone < geometry.zoneCount(); zone++) {
                    medium.zone(zone).condition = states.condition(zone);
                }
                medium.release();
            }
        }
    }
}
