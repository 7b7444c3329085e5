package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.znsslab.core.metrics.AllocatorMetrics;
import io.znsslab.core.metrics.AllocatorRecording;
import io.znsslab.core.walk.WalkCursor;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The answer of each public method to arguments that it refuses: null, negative, zero, huge, of another epoch or
 * allocator, and after closing. The test fails for a method without a row in this table, and for a row without a
 * method.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The calls throw.
class ArgumentsTest {
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;
    private static final Class<NullPointerException> NULL = NullPointerException.class;
    private static final Class<IllegalStateException> STATE = IllegalStateException.class;
    private static final Class<IndexOutOfBoundsException> OUTSIDE = IndexOutOfBoundsException.class;
    private static final Class<StaleHandleException> STALE = StaleHandleException.class;
    private static final String CLOSED = "the allocator is closed";
    private static final long HUGE = Long.MAX_VALUE;
    /** Numbers that are no handle of any slab; some look like one. */
    private static final long[] GARBAGE = {
        0, -1, 1, HUGE, HUGE - 1, HUGE - 2, Long.MIN_VALUE, 0x123456789abcdefL, Handle.ARENA_FULL
    };

    /**
     * The objects to call: an open allocator without a tier, a closed one, a shared domain, and a domain that was left.
     */
    record Given(SlabAllocator open, SlabAllocator closed, EpochDomain shared, EpochDomain left) {
        SlabAllocatorBuilder builder() {
            return SlabAllocator.builder();
        }

        MemorySegment bytes() {
            return MemorySegment.ofArray(new byte[8]);
        }
    }

    interface Call {
        Object on(Given given) throws Exception;
    }

    /** @param refusal the class of the expected exception; null if the method returns */
    record Row(String method, Class<? extends Throwable> refusal, Object expected, Call call) {}

    private static final List<Row> TABLE = new ArrayList<>();

    private static void refuses(String method, Class<? extends Throwable> refusal, String says, Call call) {
        TABLE.add(new Row(method, refusal, says, call));
    }

    private static void answers(String method, Object answer, Call call) {
        TABLE.add(new Row(method, null, answer, call));
    }

    /** Records that a method takes no argument and answers in every state. */
    private static void takesNothing(String... methods) {
        for (String method : methods) {
            answers(method, null, _ -> null);
        }
    }

    private static void whenClosed(String method, Consumer<SlabAllocator> call) {
        refuses(method, STATE, CLOSED, given -> {
            call.accept(given.closed);
            return null;
        });
    }

    static {
        fillWithObjects();
        fillWithEpochs();
        fillWithAccess();
        fillWithFigures();
        fillWithDomains();
        fillWithSettings();
        fillWithRecords();
    }

    private static void fillWithObjects() {
        String allocate = "SlabAllocator.allocate(long, long)";
        refuses(allocate, ARGUMENT, "an object of -1 bytes: must be 0 to 4016", g -> g.open.allocate(-1, 0));
        refuses(allocate, ARGUMENT, "an object of " + HUGE + " bytes: must be", g -> g.open.allocate(HUGE, 0));
        refuses(allocate, ARGUMENT, "epoch 99 was never opened: the newest is", g -> g.open.allocate(8, 99));
        refuses(allocate, ARGUMENT, "epoch -1 was never opened", g -> g.open.allocate(8, -1));
        refuses(allocate, ARGUMENT, "epoch " + HUGE + " was never opened", g -> g.open.allocate(8, HUGE));
        whenClosed(allocate, closed -> closed.allocate(8, 0));
        String from = "SlabAllocator.allocateFrom(MemorySegment, long)";
        String fromBytes = "SlabAllocator.allocateFrom(byte[], long)";
        refuses(from, NULL, "source must not be null", g -> g.open.allocateFrom((MemorySegment) null, 0));
        refuses(fromBytes, NULL, "source must not be null", g -> g.open.allocateFrom((byte[]) null, 0));
        refuses(fromBytes, ARGUMENT, "an object of 5000 bytes: must be", g -> g.open.allocateFrom(new byte[5000], 0));
        refuses(fromBytes, ARGUMENT, "epoch 99 was never opened", g -> g.open.allocateFrom(new byte[8], 99));
        refuses(from, ARGUMENT, "epoch 99 was never opened", g -> g.open.allocateFrom(g.bytes(), 99));
        String waiting = "SlabAllocator.allocate(long, long, Duration)";
        refuses(waiting, NULL, "timeLimit must not be null", g -> g.open.allocate(8, 0, null));
        refuses(waiting, ARGUMENT, "time limit PT-1S: must not", g -> g.open.allocate(8, 0, Duration.ofSeconds(-1)));
        refuses(waiting, ARGUMENT, "an object of -1 bytes", g -> g.open.allocate(-1, 0, Duration.ZERO));
        refuses(waiting, ARGUMENT, "epoch 99 was never opened", g -> g.open.allocate(8, 99, Duration.ofDays(1)));
        whenClosed(waiting, closed -> closed.allocate(8, 0, Duration.ofDays(1)));
        String segments = "SlabAllocator.segmentAllocator(long)";
        refuses(segments, ARGUMENT, "epoch 99 was never opened", g -> g.open.segmentAllocator(99));
        refuses(segments, ARGUMENT, "epoch -1 was never opened", g -> g.open.segmentAllocator(-1));
        refuses(
                segments,
                ARGUMENT,
                "-1 bytes can't be",
                g -> g.open.segmentAllocator(0).allocate(-1));
        refuses(
                segments,
                ARGUMENT,
                "alignment 3: must be",
                g -> g.open.segmentAllocator(0).allocate(8, 3));
        refuses(
                segments,
                ARGUMENT,
                "no slab holds that",
                g -> g.open.segmentAllocator(0).allocate(5000));
        refuses(
                segments,
                ARGUMENT,
                "no slab holds that",
                g -> g.open.segmentAllocator(0).allocate(HUGE, 1L << 62));
        whenClosed(segments, closed -> closed.segmentAllocator(0));
        whenClosed(from, closed -> closed.allocateFrom(MemorySegment.ofArray(new byte[8]), 0));
        whenClosed(fromBytes, closed -> closed.allocateFrom(new byte[8], 0));
        for (long garbage : GARBAGE) {
            answers("SlabAllocator.free(long)", false, g -> g.open.free(garbage));
            answers("SlabAllocator.resolve(long)", null, g -> g.open.resolve(garbage));
            answers(
                    "SlabAllocator.resolveAsync(long)",
                    null,
                    g -> g.open.resolveAsync(garbage).join());
            answers("SlabAllocator.tierOf(long)", null, g -> g.open.tierOf(garbage));
            answers("SlabAllocator.sizeOf(long)", -1, g -> g.open.sizeOf(garbage));
            answers("SlabAllocator.epochOf(long)", -1L, g -> g.open.epochOf(garbage));
            answers("SlabAllocator.read(long, MemorySegment)", -1, g -> g.open.read(garbage, g.bytes()));
            answers("SlabAllocator.read(long, Consumer)", false, g -> g.open.read(garbage, payload -> {}));
            answers(
                    "SlabAllocator.readAsync(long, MemorySegment)",
                    -1,
                    g -> g.open.readAsync(garbage, g.bytes()).join());
            answers("SlabAllocator.readAsync(long, MemorySegment, ReadListener)", -1, g -> {
                CompletableFuture<Integer> told = new CompletableFuture<>();
                g.open.readAsync(garbage, g.bytes(), (handle, copied, failure) -> told.complete(copied));
                return told.join();
            });
        }
        whenClosed("SlabAllocator.free(long)", closed -> closed.free(12345));
        whenClosed("SlabAllocator.resolve(long)", closed -> closed.resolve(12345));
        whenClosed("SlabAllocator.resolveAsync(long)", closed -> closed.resolveAsync(12345));
        whenClosed("SlabAllocator.tierOf(long)", closed -> closed.tierOf(12345));
        whenClosed("SlabAllocator.sizeOf(long)", closed -> closed.sizeOf(12345));
        whenClosed("SlabAllocator.epochOf(long)", closed -> closed.epochOf(12345));
        String read = "SlabAllocator.read(long, MemorySegment)";
        refuses(read, NULL, "destination must not be null", g -> g.open.read(12345, (MemorySegment) null));
        refuses(
                read,
                ARGUMENT,
                "destination of 8 bytes is read-only",
                g -> g.open.read(12345, g.bytes().asReadOnly()));
        answers(read, 0, g -> g.open.read(g.open.allocate(8, 0), MemorySegment.NULL));
        whenClosed(read, closed -> closed.read(12345, MemorySegment.NULL));
        String show = "SlabAllocator.read(long, Consumer)";
        refuses(show, NULL, "reader must not be null", g -> g.open.read(12345, (Consumer<MemorySegment>) null));
        whenClosed(show, closed -> closed.read(12345, payload -> {}));
        String readAsync = "SlabAllocator.readAsync(long, MemorySegment)";
        refuses(readAsync, NULL, "destination must not be null", g -> g.open.readAsync(12345, null));
        refuses(
                readAsync,
                ARGUMENT,
                "destination of 8 bytes is read-only",
                g -> g.open.readAsync(1, g.bytes().asReadOnly()));
        whenClosed(readAsync, closed -> closed.readAsync(12345, MemorySegment.NULL));
        String telling = "SlabAllocator.readAsync(long, MemorySegment, ReadListener)";
        refuses(
                telling,
                NULL,
                "destination must not be null",
                g -> tell(g.open, null, (handle, copied, failure) -> {}));
        refuses(telling, NULL, "listener must not be null", g -> tell(g.open, g.bytes(), null));
        whenClosed(telling, closed -> tell(closed, MemorySegment.NULL, (handle, copied, failure) -> {}));
    }

    private static Object tell(SlabAllocator allocator, MemorySegment destination, ReadListener listener) {
        allocator.readAsync(12345, destination, listener);
        return null;
    }

    private static void fillWithEpochs() {
        for (String close : List.of("closeEpoch", "closeEpochNow")) {
            boolean now = close.equals("closeEpochNow");
            String method = "SlabAllocator." + close + "(long, Disposition)";
            for (long epoch : new long[] {-1, 99, HUGE, Long.MIN_VALUE}) {
                refuses(
                        method,
                        ARGUMENT,
                        "epoch " + epoch + " was never opened",
                        g -> closeEpoch(g.open, now, epoch, Disposition.RECLAIM));
            }
            refuses(method, NULL, "disposition must not be null", g -> closeEpoch(g.open, now, 0, null));
            refuses(
                    method,
                    STATE,
                    "the allocator has no cold tier",
                    g -> closeEpoch(g.open, now, 0, Disposition.DEMOTE));
            whenClosed(method, closed -> closeEpoch(closed, now, 0, Disposition.RECLAIM));
        }
        for (long epoch : new long[] {-1, 99, HUGE}) {
            refuses(
                    "SlabAllocator.epochInfo(long)",
                    ARGUMENT,
                    "epoch " + epoch + " was never opened",
                    g -> g.open.epochInfo(epoch));
            refuses(
                    "SlabAllocator.walk(long)",
                    ARGUMENT,
                    "epoch " + epoch + " was never opened",
                    g -> g.open.walk(epoch));
            refuses(
                    "SlabAllocator.walk(WalkCursor)",
                    ARGUMENT,
                    "epoch " + epoch + " was never opened",
                    g -> g.open.walk(new WalkCursor(epoch, 7)));
            refuses(
                    "SlabAllocator.wrapDomain(long)",
                    ARGUMENT,
                    "epoch " + epoch + " was never opened",
                    g -> g.open.wrapDomain(epoch).enter());
        }
        whenClosed("SlabAllocator.epochInfo(long)", closed -> closed.epochInfo(0));
        whenClosed("SlabAllocator.epochs()", SlabAllocator::epochs);
        whenClosed("SlabAllocator.walk(long)", closed -> closed.walk(0));
        refuses("SlabAllocator.walk(WalkCursor)", NULL, "from must not be null", g -> g.open.walk(null));
        refuses("WalkCursor(long, long)", ARGUMENT, "position -1: must be 0 or more", g -> new WalkCursor(0, -1));
        answers(
                "WalkCursor.beginningOf(long)",
                7L,
                g -> WalkCursor.beginningOf(7).epoch());
        whenClosed("SlabAllocator.wrapDomain(long)", closed -> closed.wrapDomain(0));
        refuses(
                "SlabAllocator.advanceEpoch(String)",
                NULL,
                "label must not be null",
                g -> g.open.advanceEpoch((String) null));
        String labelled = "SlabAllocator.advanceEpoch(String, Lifetime)";
        refuses(labelled, NULL, "label must not be null", g -> g.open.advanceEpoch(null, Lifetime.UNSTATED));
        refuses(labelled, NULL, "lifetime must not be null", g -> g.open.advanceEpoch("", null));
        whenClosed("SlabAllocator.advanceEpoch()", SlabAllocator::advanceEpoch);
        String options = "SlabAllocator.advanceEpoch(EpochOptions)";
        refuses(options, NULL, "options must not be null", g -> g.open.advanceEpoch((EpochOptions) null));
        whenClosed(options, closed -> closed.advanceEpoch(EpochOptions.DEFAULT));
        refuses(
                "EpochOptions(String, Lifetime, boolean, Duration)",
                NULL,
                "label must not be null",
                g -> new EpochOptions(null, Lifetime.UNSTATED, false, EpochOptions.UNLIMITED));
        String time = "EpochOptions.timeToLive(Duration)";
        refuses(time, NULL, "timeToLive must not be null", g -> EpochOptions.DEFAULT.timeToLive(null));
        refuses(time, ARGUMENT, "must be positive", g -> EpochOptions.DEFAULT.timeToLive(Duration.ZERO));
        refuses(time, ARGUMENT, "must be positive", g -> EpochOptions.DEFAULT.timeToLive(Duration.ofNanos(-1)));
        String discardAt = "SlabAllocator.discardAt(long, Instant)";
        nothing(discardAt, NULL, "time must not be null", a -> a.discardAt(0, null));
        nothing(discardAt, ARGUMENT, "epoch 99 was never opened", a -> a.discardAt(99, Instant.MAX));
        nothing(discardAt, ARGUMENT, "epoch -1 was never opened", a -> a.discardAt(-1, Instant.MIN));
        whenClosed(discardAt, closed -> closed.discardAt(0, Instant.MIN));
        refuses("EpochOptions.label(String)", NULL, "label must not be null", g -> EpochOptions.DEFAULT.label(null));
        refuses(
                "EpochOptions.lifetime(Lifetime)",
                NULL,
                "lifetime must not be null",
                g -> EpochOptions.DEFAULT.lifetime(null));
        whenClosed("SlabAllocator.advanceEpoch(String)", closed -> closed.advanceEpoch("a"));
        whenClosed(labelled, closed -> closed.advanceEpoch("a", Lifetime.UNSTATED));
        String open = "SlabAllocator.openDomain(Disposition)";
        String openShared = "SlabAllocator.openSharedDomain(Disposition)";
        refuses(open, NULL, "atLastExit must not be null", g -> g.open.openDomain(null));
        refuses(open, STATE, "the allocator has no cold tier", g -> g.open.openDomain(Disposition.DEMOTE));
        refuses(openShared, NULL, "atLastExit must not be null", g -> g.open.openSharedDomain(null));
        refuses(openShared, STATE, "the allocator has no cold tier", g -> g.open.openSharedDomain(Disposition.DEMOTE));
        whenClosed("SlabAllocator.openDomain()", SlabAllocator::openDomain);
        whenClosed(open, closed -> closed.openDomain(Disposition.RECLAIM));
        whenClosed(openShared, closed -> closed.openSharedDomain(Disposition.RECLAIM));
    }

    private static CompletableFuture<EpochClosing> closeEpoch(
            SlabAllocator allocator, boolean now, long epoch, Disposition disposition) {
        return now ? allocator.closeEpochNow(epoch, disposition) : allocator.closeEpoch(epoch, disposition);
    }

    private static void fillWithAccess() {
        for (String type : new String[] {"byte", "short", "char", "int", "float", "long", "double"}) {
            String name = Character.toUpperCase(type.charAt(0)) + type.substring(1);
            String get = "PayloadAccess.get%s(long, long)".formatted(name);
            String set = "PayloadAccess.set%s(long, long, %s)".formatted(name, type);
            for (long garbage : GARBAGE) {
                refuses(get, STALE, "names no object", g -> get(g.open, type, garbage, 0));
                refuses(set, STALE, "names no object", g -> set(g.open, type, garbage, 0));
            }
            for (long bytes : new long[] {100, 2000}) {
                for (long offset : new long[] {-1, 2000, HUGE, Long.MIN_VALUE}) {
                    refuses(get, OUTSIDE, "must lie within", g -> get(g.open, type, g.open.allocate(bytes, 0), offset));
                    refuses(set, OUTSIDE, "must lie within", g -> set(g.open, type, g.open.allocate(bytes, 0), offset));
                }
            }
            whenClosed(get, closed -> get(closed, type, 12345, 0));
            whenClosed(set, closed -> set(closed, type, 12345, 0));
        }
        String slice = "PayloadAccess.slice(long, long, int)";
        nothing(slice, STALE, "names no object", a -> a.slice(12345, 0, 0));
        nothing(slice, ARGUMENT, "-1 bytes of a payload", a -> a.slice(a.allocate(100, 0), 0, -1));
        nothing(slice, OUTSIDE, "must lie within", a -> a.slice(a.allocate(2000, 0), 1999, 2));
        nothing(slice, OUTSIDE, "must lie within", a -> a.slice(a.allocate(2000, 0), -1, 2));
        whenClosed(slice, closed -> closed.slice(12345, 0, 0));
        String read = "PayloadAccess.getBytes(long, long, MemorySegment)";
        String write = "PayloadAccess.setBytes(long, long, MemorySegment)";
        String readArray = "PayloadAccess.getBytes(long, long, byte[], int, int)";
        String writeArray = "PayloadAccess.setBytes(long, long, byte[], int, int)";
        byte[] array = new byte[100];
        nothing(read, NULL, "destination must not be null", a -> a.getBytes(12345, 0, null));
        nothing(write, NULL, "source must not be null", a -> a.setBytes(12345, 0, null));
        nothing(readArray, NULL, "destination must not be null", a -> a.getBytes(12345, 0, null, 0, 0));
        nothing(writeArray, NULL, "source must not be null", a -> a.setBytes(12345, 0, null, 0, 0));
        nothing(readArray, OUTSIDE, "out of bounds", a -> a.getBytes(12345, 0, array, 1, 100));
        nothing(writeArray, OUTSIDE, "out of bounds", a -> a.setBytes(12345, 0, array, -1, 1));
        nothing(read, STALE, "names no object", a -> a.getBytes(12345, 0, MemorySegment.ofArray(array)));
        nothing(write, STALE, "names no object", a -> a.setBytes(12345, 0, MemorySegment.ofArray(array)));
        nothing(readArray, STALE, "names no object", a -> a.getBytes(12345, 0, array, 0, 1));
        nothing(writeArray, STALE, "names no object", a -> a.setBytes(12345, 0, array, 0, 1));
        nothing(
                read,
                OUTSIDE,
                "must lie within",
                a -> a.getBytes(a.allocate(2000, 0), 1950, MemorySegment.ofArray(array)));
        nothing(writeArray, OUTSIDE, "must lie within", a -> a.setBytes(a.allocate(2000, 0), 1901, array, 0, 100));
        whenClosed(read, closed -> closed.getBytes(12345, 0, MemorySegment.ofArray(array)));
        whenClosed(writeArray, closed -> closed.setBytes(12345, 0, array, 0, 1));
    }

    private static void nothing(
            String method, Class<? extends Throwable> type, String message, Consumer<SlabAllocator> call) {
        refuses(method, type, message, given -> {
            call.accept(given.open);
            return null;
        });
    }

    private static Object get(SlabAllocator allocator, String type, long handle, long offset) {
        return switch (type) {
            case "byte" -> allocator.getByte(handle, offset);
            case "short" -> allocator.getShort(handle, offset);
            case "char" -> allocator.getChar(handle, offset);
            case "int" -> allocator.getInt(handle, offset);
            case "float" -> allocator.getFloat(handle, offset);
            case "long" -> allocator.getLong(handle, offset);
            default -> allocator.getDouble(handle, offset);
        };
    }

    private static Object set(SlabAllocator allocator, String type, long handle, long offset) {
        switch (type) {
            case "byte" -> allocator.setByte(handle, offset, (byte) 1);
            case "short" -> allocator.setShort(handle, offset, (short) 1);
            case "char" -> allocator.setChar(handle, offset, 'a');
            case "int" -> allocator.setInt(handle, offset, 1);
            case "float" -> allocator.setFloat(handle, offset, 1);
            case "long" -> allocator.setLong(handle, offset, 1);
            default -> allocator.setDouble(handle, offset, 1);
        }
        return null;
    }

    private static void fillWithFigures() {
        String counters = "SlabAllocator.counters(int)";
        Class<IndexOutOfBoundsException> index = IndexOutOfBoundsException.class;
        for (int sizeClass : new int[] {-1, 8, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            refuses(counters, index, "size class " + sizeClass + ": must be 0 to 7", g -> g.open.counters(sizeClass));
        }
        whenClosed(counters, closed -> closed.counters(0));
        whenClosed("SlabAllocator.counters()", SlabAllocator::counters);
        whenClosed("SlabAllocator.domainHeapBytes()", SlabAllocator::domainHeapBytes);
        whenClosed("SlabAllocator.packedCounters()", SlabAllocator::packedCounters);
        whenClosed("SlabAllocator.currentEpoch()", SlabAllocator::currentEpoch);
        whenClosed("SlabAllocator.newestEpoch()", SlabAllocator::newestEpoch);
        String openEpochs = "SlabAllocator.openEpochs(Duration)";
        refuses(openEpochs, NULL, "atLeast must not be null", g -> g.open.openEpochs(null));
        refuses(openEpochs, ARGUMENT, "must not be negative", g -> g.open.openEpochs(Duration.ofNanos(-1)));
        whenClosed(openEpochs, closed -> closed.openEpochs(Duration.ZERO));
        whenClosed("SlabAllocator.undrainedEpochs()", SlabAllocator::undrainedEpochs);
        whenClosed("SlabAllocator.epochStatistics()", SlabAllocator::epochStatistics);
        whenClosed("SlabAllocator.coldStatistics()", SlabAllocator::coldStatistics);
        whenClosed("SlabAllocator.sync()", SlabAllocator::sync);
        String demoteAll = "SlabAllocator.demoteAll()";
        nothing(demoteAll, STATE, "the allocator has no cold tier", SlabAllocator::demoteAll);
        String closing = "SlabAllocator.close(Disposition)";
        nothing(closing, NULL, "inDram must not be null", a -> a.close(null));
        nothing(closing, ARGUMENT, "give DEMOTE or DISCARD", a -> a.close(Disposition.RECLAIM));
        nothing(closing, STATE, "the allocator has no cold tier", a -> a.close(Disposition.DEMOTE));
        whenClosed("SlabAllocator.root()", SlabAllocator::root);
        String setRoot = "SlabAllocator.setRoot(byte[])";
        whenClosed(setRoot, closed -> closed.setRoot(new byte[1]));
        nothing(setRoot, NULL, "bytes must not be null", a -> a.setRoot(null));
        nothing(setRoot, ARGUMENT, "a root of 4097 bytes: must be 0 to 4096", a -> a.setRoot(new byte[4097]));
        nothing(setRoot, STATE, "the allocator has no cold tier", a -> a.setRoot(new byte[1]));
        whenClosed("SlabAllocator.trim()", SlabAllocator::trim);
        whenClosed("SlabAllocator.arenaUsage()", SlabAllocator::arenaUsage);
        whenClosed("SlabAllocator.memoryUsage()", SlabAllocator::memoryUsage);
        answers("SlabAllocator.memoryLimitBytes()", 0L, g -> g.closed.memoryLimitBytes());
        whenClosed("SlabAllocator.indexBytes()", SlabAllocator::indexBytes);
        whenClosed("SlabAllocator.checkInvariants()", SlabAllocator::checkInvariants);
        answers("SlabAllocator.limitBytes()", 8L << 20, g -> g.closed.limitBytes());
        answers("SlabAllocator.largestPayloadBytes()", 4016, g -> g.closed.largestPayloadBytes());
        answers("SlabAllocator.hasColdTier()", false, g -> g.closed.hasColdTier());
        answers("SlabAllocator.sizeClasses()", 8, g -> g.closed.sizeClasses().size());
        for (String close : List.of("SlabAllocator.close()", "SlabAllocator.closeNow()")) {
            answers(close, null, g -> {
                g.closed.close();
                g.closed.closeNow();
                return null;
            });
        }
        takesNothing("SlabAllocator.builder()", "SlabAllocator.processRssBytes()");
        String metrics = "AllocatorMetrics(String, SlabAllocator)";
        refuses(metrics, NULL, "name must not be null", g -> new AllocatorMetrics(null, g.open));
        refuses(metrics, NULL, "allocator must not be null", g -> new AllocatorMetrics("a", null));
        String bind = "AllocatorMetrics.bindTo(MeterRegistry)";
        refuses(bind, NULL, "registry must not be null", g -> {
            new AllocatorMetrics("a", g.open).bindTo(null);
            return null;
        });
        String recording = "AllocatorRecording.of(String, SlabAllocator)";
        refuses(recording, NULL, "name must not be null", g -> AllocatorRecording.of(null, g.open));
        refuses(recording, NULL, "allocator must not be null", g -> AllocatorRecording.of("a", null));
        takesNothing("AllocatorRecording.close()");
    }

    private static void fillWithDomains() {
        String allocate = "EpochDomain.allocate(long, long)";
        refuses(allocate, ARGUMENT, "-1 bytes can't be allocated: must be 0 or more", g -> g.shared.allocate(-1, 1));
        for (long alignment : new long[] {0, -1, 3, Long.MIN_VALUE}) {
            refuses(
                    allocate,
                    ARGUMENT,
                    "alignment " + alignment + ": must be a power of two",
                    g -> g.shared.allocate(8, alignment));
        }
        refuses(allocate, STATE, "no thread is inside the domain of epoch", g -> g.left.allocate(8, 1));
        String allocateHandle = "EpochDomain.allocateHandle(long)";
        refuses(allocateHandle, ARGUMENT, "an object of -1 bytes: must be 0 to", g -> g.shared.allocateHandle(-1));
        refuses(allocateHandle, ARGUMENT, "an object of " + HUGE, g -> g.shared.allocateHandle(HUGE));
        refuses(allocateHandle, STATE, "it is closed", g -> g.left.allocateHandle(8));
        for (long garbage : GARBAGE) {
            answers("EpochDomain.resolve(long)", null, g -> g.shared.resolve(garbage));
        }
        refuses(
                "EpochDomain.resolve(long)",
                ARGUMENT,
                "is an object of another epoch than this domain's",
                g -> g.shared.resolve(g.open.allocate(8, 0)));
        refuses("EpochDomain.resolve(long)", STATE, "no thread is inside", g -> g.left.resolve(0));
        refuses("EpochDomain.enter()", STATE, "can't be entered: the epoch is closed", g -> g.left.enter());
        for (Consumer<EpochDomain> exit : List.<Consumer<EpochDomain>>of(EpochDomain::exit, EpochDomain::close)) {
            Call call = g -> {
                exit.accept(g.left);
                return null;
            };
            refuses("EpochDomain.exit()", STATE, "no thread is inside the domain of epoch", call);
            refuses("EpochDomain.close()", STATE, "no thread is inside the domain of epoch", call);
        }
        answers("EpochDomain.forceClose()", 0, g -> g.left.forceClose().join().slabs());
        refuses("EpochDomain.closing()", STATE, "no thread is inside", g -> g.left.closing());
        answers("EpochDomain.scope()", false, g -> g.left.scope().isAlive());
        takesNothing("EpochDomain.epoch()");
    }

    private static void fillWithSettings() {
        String limit = "SlabAllocatorBuilder.limitBytes(long)";
        for (long bytes : new long[] {-1, 0, 4095, Long.MIN_VALUE}) {
            refuses(
                    limit,
                    ARGUMENT,
                    "memory limit " + bytes + ": must be at least one slab of 4096 bytes",
                    g -> g.builder().limitBytes(bytes).build());
        }
        refuses(
                limit,
                ARGUMENT,
                "memory limit " + HUGE,
                g -> g.builder().limitBytes(HUGE).build());
        String ofAll = "SlabAllocatorBuilder.memoryLimit(long)";
        for (long bytes : new long[] {-1, Long.MIN_VALUE}) {
            refuses(
                    ofAll,
                    ARGUMENT,
                    "memory limit " + bytes + ": must be 0, for none, or more",
                    g -> g.builder().memoryLimit(bytes).build());
        }
        for (long bytes : new long[] {1, 4096}) {
            refuses(
                    ofAll,
                    ARGUMENT,
                    "memory limit " + bytes + ": too small, the least that works is",
                    g -> g.builder().memoryLimit(bytes).build());
        }
        refuses(
                ofAll,
                ARGUMENT,
                "memory limit " + HUGE,
                g -> SlabAllocator.builder().memoryLimit(HUGE).build());
        for (int bytes : new int[] {-1, 0, 5000, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            refuses(
                    "SlabAllocatorBuilder.slabBytes(int)",
                    ARGUMENT,
                    "slab size " + bytes + ": must be a power",
                    g -> g.builder().slabBytes(bytes).build());
        }
        String classes = "SlabAllocatorBuilder.sizeClasses(int[])";
        refuses(classes, NULL, "sizeClasses must not be null", g -> g.builder().sizeClasses((int[]) null));
        refuses(
                classes,
                ARGUMENT,
                "0 size classes: must be 1 to 63",
                g -> g.builder().sizeClasses().build());
        for (int bytes : new int[] {-8, 0, 8, 12, 4096, Integer.MAX_VALUE}) {
            refuses(
                    classes,
                    ARGUMENT,
                    "size class " + bytes + ": must be a multiple of 8",
                    g -> g.builder().sizeClasses(bytes).build());
        }
        for (int count : new int[] {-1, 0, 1, 3, 65_536, Integer.MIN_VALUE}) {
            refuses(
                    "SlabAllocatorBuilder.epochCount(int)",
                    ARGUMENT,
                    "epoch count " + count + ": must be a power",
                    g -> g.builder().epochCount(count).build());
        }
        for (int slabs : new int[] {-1, 0, 4097, Integer.MAX_VALUE}) {
            refuses(
                    "SlabAllocatorBuilder.cachedSlabs(int)",
                    ARGUMENT,
                    "cached slabs " + slabs + ": must be 1 to",
                    g -> g.builder().cachedSlabs(slabs).build());
        }
        refuses(
                "SlabAllocatorBuilder.hotBytes(long)",
                ARGUMENT,
                "hot bytes -1: must be 0 or more",
                g -> g.builder().hotBytes(-1).build());
        refuses(
                "SlabAllocatorBuilder.reclamation(Reclamation)",
                NULL,
                "reclamation must not be null",
                g -> g.builder().reclamation(null));
        String format = "SlabAllocatorBuilder.handleFormat(HandleFormat)";
        refuses(format, NULL, "handleFormat must not be null", g -> g.builder().handleFormat(null));
        refuses(
                format,
                ARGUMENT,
                "the ids of COMPACT handles name",
                g -> g.builder()
                        .handleFormat(HandleFormat.COMPACT)
                        .limitBytes(32L << 30)
                        .build());
        refuses(
                "SlabAllocatorBuilder.firstEpoch(EpochOptions)",
                NULL,
                "firstEpoch must not be null",
                g -> g.builder().firstEpoch(null));
        refuses(
                "SlabAllocatorBuilder.evictionListener(Consumer)",
                NULL,
                "evictionListener must not be null",
                g -> g.builder().evictionListener(null));
        String pressure = "SlabAllocatorBuilder.demoteUnderPressure(DemotionPressure)";
        refuses(
                pressure,
                ARGUMENT,
                "needs a cold tier",
                g -> g.builder()
                        .demoteUnderPressure(new DemotionPressure(80, 60))
                        .build());
        answers("SlabAllocatorBuilder.coldTier(ColdTier)", true, g -> {
            try (SlabAllocator built =
                    g.builder().limitBytes(8 << 20).coldTier(null).build()) {
                return built.coldStatistics() != null;
            }
        });
        String report = "SlabAllocatorBuilder.reportOpenLongerThan(Duration)";
        refuses(
                report,
                NULL,
                "reportOpenLongerThan must not be null",
                g -> g.builder().reportOpenLongerThan(null));
        for (Duration time : new Duration[] {Duration.ZERO, Duration.ofNanos(-1)}) {
            refuses(
                    report,
                    ARGUMENT,
                    "must be positive",
                    g -> g.builder().reportOpenLongerThan(time).build());
        }
        takesNothing(
                "SlabAllocatorBuilder.zeroOnAllocate(boolean)",
                "SlabAllocatorBuilder.packedDomains(boolean)",
                "SlabAllocatorBuilder.traceOpenings(boolean)",
                "EpochOptions.packed(boolean)",
                "SlabAllocatorBuilder.build()");
    }

    private static void fillWithRecords() {
        for (long garbage : new long[] {0, -1, HUGE}) {
            refuses(
                    "Handle.decode(long)",
                    ARGUMENT,
                    "0x%016x is no handle".formatted(garbage),
                    g -> Handle.decode(garbage));
        }
        String handle = "Handle(HandleFormat, long, int, int, int)";
        refuses(handle, NULL, "format must not be null", g -> new Handle(null, 0, 0, 0, 0));
        refuses(handle, ARGUMENT, "slab id -1: must be", g -> new Handle(HandleFormat.WIDE, -1, 0, 0, -1));
        refuses(handle, ARGUMENT, "generation -1: must be", g -> new Handle(HandleFormat.WIDE, 0, -1, 0, -1));
        refuses(handle, ARGUMENT, "slot 256: must be 0 to 255", g -> new Handle(HandleFormat.WIDE, 0, 0, 256, -1));
        refuses(handle, ARGUMENT, "size class 3: must be -1", g -> new Handle(HandleFormat.WIDE, 0, 0, 0, 3));
        refuses(handle, ARGUMENT, "size class 256: must be", g -> new Handle(HandleFormat.COMPACT, 0, 0, 0, 256));
        for (long answer : new long[] {0, Handle.NONE, Handle.EPOCH_CLOSED, Handle.ARENA_FULL, Handle.IDS_EXHAUSTED}) {
            answers("Handle.isHandle(long)", false, g -> Handle.isHandle(answer));
        }
        refuses("Lifetime.of(int)", ARGUMENT, "lifetime -1: must be 0 to 3", g -> Lifetime.of(-1));
        refuses("Lifetime.of(int)", ARGUMENT, "lifetime 4: must be 0 to 3", g -> Lifetime.of(4));
        takesNothing("ColdImage()");
        String pressure = "DemotionPressure(int, int)";
        refuses(pressure, ARGUMENT, "watermarks of 0 and 0 percent", g -> new DemotionPressure(0, 0));
        refuses(pressure, ARGUMENT, "watermarks of 101 and 0 percent", g -> new DemotionPressure(101, 0));
        refuses(pressure, ARGUMENT, "watermarks of 50 and 51 percent", g -> new DemotionPressure(50, 51));
        refuses(pressure, ARGUMENT, "watermarks of 50 and -1 percent", g -> new DemotionPressure(50, -1));
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> rows() {
        return TABLE.stream().map(row -> argumentSet(row.method + " " + row.expected, row));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void eachIsAnsweredOrRefusedInOneSentence(Row row) throws Exception {
        SlabAllocator closed = SlabAllocator.builder().limitBytes(8 << 20).build();
        closed.close();
        try (SlabAllocator open = SlabAllocator.builder().limitBytes(8 << 20).build()) {
            EpochDomain shared = open.openSharedDomain(Disposition.RECLAIM);
            EpochDomain left = open.openDomain();
            left.close();
            Given given = new Given(open, closed, shared, left);
            Callable<Object> call = () -> row.call.on(given);
            if (row.refusal == null) {
                assertThat(call.call()).isEqualTo(row.expected);
            } else {
                Throwable thrown = catchThrowable(call::call);
                assertThat(thrown).isExactlyInstanceOf(row.refusal).hasMessageContaining((String) row.expected);
                assertThat(thrown.getMessage()).doesNotContain("\n").hasSizeLessThan(300);
            }
            shared.close();
            open.checkInvariants();
        }
    }

    @Test
    void eachPublicMethodHasARow() throws Exception {
        Set<String> methods = new TreeSet<>();
        for (Class<?> type : ExportedTypes.of(
                "io.znsslab.core", "io.znsslab.core.cold", "io.znsslab.core.metrics", "io.znsslab.core.walk")) {
            if (Throwable.class.isAssignableFrom(type) || type.isInterface()) {
                // The store, or an implementer of a tier, makes these.
                continue;
            }
            for (Executable method : Stream.<Executable>concat(
                            Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getDeclaredConstructors()))
                    .toList()) {
                if (Modifier.isPublic(method.getModifiers())
                        && !method.isSynthetic()
                        && !Modifier.isAbstract(method.getModifiers())
                        && canBeMisused(type, method)) {
                    methods.add(signature(type, method));
                }
            }
        }
        assertThat(methods).isEqualTo(TABLE.stream().map(Row::method).collect(Collectors.toCollection(TreeSet::new)));
    }

    /**
     * Methods that the compiler generates for records and enums, and accessors of a record's components, can't be
     * refused.
     */
    private static boolean canBeMisused(Class<?> type, Executable method) {
        if (type.isRecord()) {
            boolean isOfUsers = type == Handle.class
                    || type == DemotionPressure.class
                    || type == EpochOptions.class
                    || type == WalkCursor.class;
            return isOfUsers
                    && method.getParameterCount() > 0
                    && !method.getName().equals("equals");
        }
        return !(type.isEnum()
                && (method.getParameterCount() == 0 || method.getName().equals("valueOf")));
    }

    private static String signature(Class<?> type, Executable method) {
        String name = method instanceof java.lang.reflect.Constructor
                ? type.getSimpleName()
                : type.getSimpleName() + "." + method.getName();
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", ", name + "(", ")"));
    }
}
