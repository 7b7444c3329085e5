import io.znsslab.core.*;
import io.znsslab.tier.ZnsTier;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.*;
import java.util.concurrent.CompletableFuture;

/**
 * A cache of sessions that outlives its process. The sessions of a minute share an epoch, which moves to the device
 * when the minute is over, and is dropped as a whole when it is too old. After a restart, also after a kill, a walk
 * over what the device holds makes the index from keys to handles anew.
 *
 * <pre>
 * ./zns-slab device create --zones 200 /tmp/sessions
 * java --enable-native-access=ALL-UNNAMED --class-path 'cli/target/modules/*' \
 *     zns-tier/examples/SessionCache.java /tmp/sessions
 * </pre>
 *
 * It stores 200,000 sessions of 50 to 3,000 bytes, 2,000 a minute by a simulated clock, and waits to be killed; run
 * again, it finds them all.
 */
public final class SessionCache implements AutoCloseable {
    private static final int MINUTES_TO_LIVE = 24 * 60;
    private static final ValueLayout.OfInt NUMBER = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final SlabAllocator store;
    private final Map<String, Long> handles = new HashMap<>();
    private final Deque<Long> minutes = new ArrayDeque<>();
    private CompletableFuture<?> demotion = CompletableFuture.completedFuture(null);

    SessionCache(Path device) {
        store = SlabAllocator.builder()
                .limitBytes(64 << 20)
                .coldTier(ZnsTier.open(device))
                .build();
        for (EpochInfo minute : store.epochs()) {
            if (store.walk(minute.epoch()).forEach((handle, entry) -> handles.put(keyIn(entry), handle)) > 0) {
                minutes.add(minute.epoch());
            }
        }
    }

    /** Stores a session of the present minute: the lengths of key and value, and both. */
    void put(String key, byte[] value) {
        byte[] name = key.getBytes();
        ByteBuffer entry = ByteBuffer.allocate(8 + name.length + value.length);
        entry.putInt(name.length).putInt(value.length).put(name).put(value);
        long handle = store.allocateFrom(entry.array(), store.currentEpoch());
        if (!Handle.isHandle(handle)) {
            throw new IllegalStateException("no memory for session " + key);
        }
        Optional.ofNullable(handles.put(key, handle)).ifPresent(store::free);
    }

    /** The session of that key, from memory or the device; null if there is none, or it was too old. */
    byte[] get(String key) {
        byte[][] value = new byte[1][];
        Long handle = handles.get(key);
        if (handle == null || !store.read(handle, entry -> value[0] = valueIn(entry))) {
            handles.remove(key);
        }
        return value[0];
    }

    /** The minute is over: its sessions go to the device, while the next minute's are stored. */
    void endMinute() {
        demotion.join();
        minutes.add(store.currentEpoch());
        demotion = store.closeEpoch(minutes.getLast(), Disposition.DEMOTE);
        if (minutes.size() > MINUTES_TO_LIVE) {
            store.closeEpoch(minutes.remove(), Disposition.DISCARD).join();
        }
    }

    /** Keeps the sessions of the present minute, too, which a kill would lose. */
    @Override
    public void close() {
        store.close(Disposition.DEMOTE);
    }

    private static String keyIn(MemorySegment entry) {
        return new String(entry.asSlice(8, entry.get(NUMBER, 0)).toArray(ValueLayout.JAVA_BYTE));
    }

    private static byte[] valueIn(MemorySegment entry) {
        return entry.asSlice(8 + entry.get(NUMBER, 0), entry.get(NUMBER, 4)).toArray(ValueLayout.JAVA_BYTE);
    }

    private static byte[] session(int number) {
        byte[] session = new byte[50 + Math.floorMod(number * 7919, 2_951)];
        new SplittableRandom(number).nextBytes(session);
        return session;
    }

    public static void main(String[] arguments) throws InterruptedException {
        int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200_000;
        try (SessionCache cache = new SessionCache(Path.of(arguments[0]))) {
            boolean isNew = cache.handles.isEmpty();
            for (int number = 0; number < count; number++) {
                if (isNew) {
                    cache.put("session " + number, session(number));
                    if (number % 2_000 == 1_999) {
                        cache.endMinute();
                    }
                } else if (!Arrays.equals(cache.get("session " + number), session(number))) {
                    throw new AssertionError("session " + number + " is not what was stored");
                }
            }
            cache.demotion.join();
            IO.println((isNew ? "stored " : "found ") + cache.handles.size() + " sessions of " + cache.minutes.size()
                    + " minutes");
            Thread.sleep(isNew ? Long.MAX_VALUE : 0);
        }
    }
}
