package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** Records, outside the store, the objects that were put into it and its answers. Used by one thread. */
public final class Oracle {
    /** The record of an object. */
    public static final class Known {
        final long handle;
        final long epoch;
        final int payloadBytes;
        /** A demotion of its epoch was acknowledged after it was allocated. */
        boolean acknowledged;
        /** The object was freed, or discarded with its epoch. */
        boolean dead;
        /**
         * The object was freed, or discarded slab by slab, and no sync has confirmed that yet: it may be found or not,
         * independently of the rest of its epoch.
         */
        boolean perhapsDead;
        /** It was freed before the first attempt to demote it, so that no image contains it. */
        boolean neverWritten;
        /** A sync was acknowledged after it died, so that it stays dead. */
        boolean deadForEver;

        Known(long handle, long epoch, int payloadBytes) {
            this.handle = handle;
            this.epoch = epoch;
            this.payloadBytes = payloadBytes;
        }

        /** Number of its epoch. */
        public long epoch() {
            return epoch;
        }
    }

    /** What is known of the root. */
    final RootHistory roots = new RootHistory();
    /** What is known of when epochs expire. */
    final ExpiryHistory expiries = new ExpiryHistory();

    private final Map<Long, Known> objects = new LinkedHashMap<>();
    private final Map<Long, List<Known>> byEpoch = new HashMap<>();
    private final List<Known> live = new ArrayList<>();
    private final Set<Long> everIssued = new HashSet<>();
    /** Epochs whose demotion was attempted. */
    private final Set<Long> attempted = new HashSet<>();

    private final Set<Long> acknowledged = new HashSet<>();

    /** A size of an object: mostly a small one, that a size class serves; else any up to what a slab holds. */
    public static int bytesOfSomeObject(SlabAllocator store, SplittableRandom random) {
        return random.nextInt(12) == 0 ? random.nextInt(1 + store.largestPayloadBytes()) : 8 << random.nextInt(7);
    }

    /** Fills an object's payload with bytes that no other object has. */
    public static void fill(long handle, MemorySegment payload, int payloadBytes) {
        payload.asSlice(0, payloadBytes).copyFrom(contents(handle, payloadBytes));
    }

    private static MemorySegment contents(long handle, int payloadBytes) {
        byte[] contents = new byte[payloadBytes];
        new SplittableRandom(handle).nextBytes(contents);
        return MemorySegment.ofArray(contents);
    }

    /** An object was allocated and {@linkplain #fill filled}. */
    public void allocated(long handle, long epoch, int payloadBytes) {
        assertThat(everIssued.add(handle)).as("handle 0x%x is new", handle).isTrue();
        Known known = new Known(handle, epoch, payloadBytes);
        objects.put(handle, known);
        byEpoch.computeIfAbsent(epoch, number -> new ArrayList<>()).add(known);
        live.add(known);
    }

    /** The record of a handle that was {@link #allocated}. */
    public Known known(long handle) {
        return objects.get(handle);
    }

    /** An object was freed, or is about to be. */
    public void freed(Known known) {
        known.dead = true;
        known.perhapsDead = true;
        known.neverWritten = !attempted.contains(known.epoch);
        live.remove(known);
    }

    /** An epoch was discarded, or is about to be. */
    public void discarded(long epoch) {
        for (Known known : byEpoch.getOrDefault(epoch, List.of())) {
            known.dead = true;
            known.perhapsDead = true;
        }
        live.removeIf(known -> known.dead);
    }

    /** Whether a demotion of the epoch was begun before. */
    public boolean wasAttempted(long epoch) {
        return attempted.contains(epoch);
    }

    /** A demotion of the epoch begins. */
    public void demoting(long epoch) {
        attempted.add(epoch);
    }

    /** The demotion was acknowledged. */
    public void demoted(long epoch) {
        acknowledged.add(epoch);
        for (Known known : byEpoch.getOrDefault(epoch, List.of())) {
            known.acknowledged |= !known.dead;
        }
    }

    /**
     * The objects that a sync beginning now makes dead for ever: freed and discarded objects of epochs whose demotion
     * was acknowledged.
     */
    public List<Known> deadNow() {
        return objects.values().stream()
                .filter(known -> known.dead && acknowledged.contains(known.epoch))
                .toList();
    }

    /** A sync was acknowledged; {@link #deadNow} returned these before it began. */
    public static void synced(List<Known> deadBefore) {
        deadBefore.forEach(known -> known.deadForEver = true);
    }

    /** Objects that are not dead. */
    public List<Known> live() {
        return live;
    }

    /** Number of handles issued so far. */
    public int issued() {
        return everIssued.size();
    }

    /** Forgets the objects that are dead for ever, for runs without an end. */
    public void forgetTheDead() {
        objects.values().removeIf(known -> known.deadForEver || known.neverWritten);
        byEpoch.values().forEach(epoch -> epoch.removeIf(known -> !objects.containsKey(known.handle)));
        byEpoch.values().removeIf(List::isEmpty);
        everIssued.retainAll(objects.keySet());
        attempted.retainAll(byEpoch.keySet());
        acknowledged.retainAll(byEpoch.keySet());
    }

    /** All records that were not forgotten. */
    Collection<Known> all() {
        return objects.values();
    }

    /** The result of looking an object up. */
    enum Found {
        THERE,
        STALE,
        UNREADABLE
    }

    /** Looks an object up in the store; in no case may it return other bytes than the object's own. */
    static Found look(SlabAllocator store, Known known, MemorySegment scratch) {
        int bytes;
        try {
            bytes = store.read(known.handle, scratch.fill((byte) 0));
        } catch (ZnsSlabException e) {
            return Found.UNREADABLE;
        }
        if (bytes < 0) {
            return Found.STALE;
        }
        assertThat(bytes)
                .as("length of object 0x%x of %d bytes", known.handle, known.payloadBytes)
                .isBetween(known.payloadBytes, longest(store, known.payloadBytes));
        assertThat(scratch.asSlice(0, known.payloadBytes).mismatch(contents(known.handle, known.payloadBytes)))
                .as("first wrong byte of object 0x%x of epoch %d", known.handle, known.epoch)
                .isEqualTo(-1);
        return Found.THERE;
    }

    /** The longest that an object of that size may seem: as long as its size class, or exactly that long. */
    private static int longest(SlabAllocator store, int payloadBytes) {
        return store.sizeClasses().stream()
                .mapToInt(slotBytes -> slotBytes - Long.BYTES)
                .filter(bytes -> bytes >= payloadBytes)
                .findFirst()
                .orElse(payloadBytes);
    }

    /** Why an object can't be read, as far as a second read tells. */
    private static AssertionError unreadable(SlabAllocator store, Known known, MemorySegment scratch) {
        String object = "object 0x%x of epoch %d can't be read".formatted(known.handle, known.epoch);
        try {
            store.read(known.handle, scratch);
            return new AssertionError(object + " at first; the next read found it");
        } catch (ZnsSlabException e) {
            return new AssertionError(object + ": " + e.getMessage(), e);
        }
    }

    /**
     * Checks, within one run of the store, that live objects are there and dead ones are stale.
     *
     * @param mayBeUnreadable whether a fault may prevent reads
     */
    public void checkInSession(SlabAllocator store, boolean mayBeUnreadable) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(store.largestPayloadBytes());
            for (Known known : objects.values()) {
                Found found = look(store, known, scratch);
                if (mayBeUnreadable && found == Found.UNREADABLE) {
                    continue;
                }
                if (found == Found.UNREADABLE) {
                    throw unreadable(store, known, scratch);
                }
                assertThat(found)
                        .as("object 0x%x of epoch %d", known.handle, known.epoch)
                        .isEqualTo(known.dead ? Found.STALE : Found.THERE);
            }
        }
    }

    /**
     * Checks the store after an end without warning: objects that it must have kept are there, objects that it must not
     * have kept are stale, and of each epoch either all objects are there that were neither freed nor discarded, or
     * none. Changes nothing, so that several copies of a medium can be judged.
     *
     * @return the number of acknowledged objects that were found
     */
    public int requireAfterCrash(SlabAllocator store) {
        int found = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(store.largestPayloadBytes());
            for (List<Known> epoch : byEpoch.values()) {
                found += requireAfterCrash(store, epoch, scratch);
            }
        }
        return found;
    }

    private static int requireAfterCrash(SlabAllocator store, List<Known> epoch, MemorySegment scratch) {
        int acknowledgedOnes = 0;
        Known there = null;
        Known missing = null;
        for (Known known : epoch) {
            Found found = look(store, known, scratch);
            String object = "object 0x%x of epoch %d".formatted(known.handle, known.epoch);
            if (found == Found.UNREADABLE) {
                throw unreadable(store, known, scratch);
            }
            if (known.acknowledged && !known.dead) {
                assertThat(found).as("acknowledged %s", object).isEqualTo(Found.THERE);
                acknowledgedOnes++;
            }
            if (known.deadForEver || known.neverWritten) {
                assertThat(found).as("%s, dead for ever", object).isEqualTo(Found.STALE);
            } else if (!known.perhapsDead) {
                there = found == Found.THERE ? known : there;
                missing = found == Found.STALE ? known : missing;
            }
        }
        if (there != null && missing != null) {
            throw new AssertionError("epoch %d is half there: 0x%x is, 0x%x is not"
                    .formatted(there.epoch, there.handle, missing.handle));
        }
        return acknowledgedOnes;
    }

    /**
     * Checks like {@link #requireAfterCrash}, and records the findings: an object that was found once after a crash
     * must stay so, since the store has read it from its device.
     */
    public int checkAfterCrash(SlabAllocator store) {
        int found = requireAfterCrash(store);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(store.largestPayloadBytes());
            live.clear();
            for (Known known : objects.values()) {
                known.dead = look(store, known, scratch) == Found.STALE;
                known.deadForEver = known.dead;
                known.acknowledged = !known.dead;
                if (!known.dead) {
                    known.perhapsDead = false;
                    live.add(known);
                    acknowledged.add(known.epoch);
                }
            }
        }
        return found;
    }
}
