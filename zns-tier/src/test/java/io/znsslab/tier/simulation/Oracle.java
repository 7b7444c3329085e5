package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** Knows, outside the store, what was put into it and what it has answered. Used by one thread. */
final class Oracle {
    /** What is known of an object. */
    static final class Known {
        final long handle;
        final long epoch;
        final int payloadBytes;
        /** A demotion of its epoch was acknowledged since it was allocated. */
        boolean acknowledged;
        /** Freed, or discarded with its epoch. */
        boolean dead;
        /** A sync was acknowledged after it died, so that it stays dead. */
        boolean deadForEver;

        Known(long handle, long epoch, int payloadBytes) {
            this.handle = handle;
            this.epoch = epoch;
            this.payloadBytes = payloadBytes;
        }
    }

    private final Map<Long, Known> objects = new LinkedHashMap<>();
    private final Map<Long, List<Known>> byEpoch = new HashMap<>();
    private final List<Known> live = new ArrayList<>();
    private final Set<Long> everIssued = new HashSet<>();

    /** An object was allocated; its payload is filled with what only it can contain. */
    void allocated(long handle, long epoch, MemorySegment payload, int payloadBytes) {
        assertThat(everIssued.add(handle)).as("handle 0x%x is new", handle).isTrue();
        SplittableRandom random = new SplittableRandom(handle);
        for (int at = 0; at + Long.BYTES <= payloadBytes; at += Long.BYTES) {
            payload.set(ValueLayout.JAVA_LONG_UNALIGNED, at, random.nextLong());
        }
        Known known = new Known(handle, epoch, payloadBytes);
        objects.put(handle, known);
        byEpoch.computeIfAbsent(epoch, number -> new ArrayList<>()).add(known);
        live.add(known);
    }

    void freed(Known known) {
        known.dead = true;
        live.remove(known);
    }

    void discarded(long epoch) {
        for (Known known : byEpoch.getOrDefault(epoch, List.of())) {
            known.dead = true;
        }
        live.removeIf(known -> known.dead);
    }

    void demoted(long epoch) {
        for (Known known : byEpoch.getOrDefault(epoch, List.of())) {
            known.acknowledged |= !known.dead;
        }
    }

    /** What was dead before a sync that has been acknowledged. */
    List<Known> deadNow() {
        return objects.values().stream().filter(known -> known.dead).toList();
    }

    static void synced(List<Known> deadBefore) {
        deadBefore.forEach(known -> known.deadForEver = true);
    }

    List<Known> live() {
        return live;
    }

    Set<Long> epochs() {
        return byEpoch.keySet();
    }

    int issued() {
        return everIssued.size();
    }

    /** How one object was found. */
    enum Found {
        THERE,
        STALE,
        UNREADABLE
    }

    /** Looks an object up in the store; whatever it answers, other bytes than the object's own are never right. */
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
        SplittableRandom random = new SplittableRandom(known.handle);
        for (int at = 0; at + Long.BYTES <= known.payloadBytes; at += Long.BYTES) {
            assertThat(scratch.get(ValueLayout.JAVA_LONG_UNALIGNED, at))
                    .as("byte %d of object 0x%x of epoch %d", at, known.handle, known.epoch)
                    .isEqualTo(random.nextLong());
        }
        return Found.THERE;
    }

    /**
     * Within one run of the store: what lives is there, what is dead is stale.
     *
     * @param mayBeUnreadable whether a fault may be in the way
     */
    void checkInSession(SlabAllocator store, boolean mayBeUnreadable) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(store.largestPayloadBytes());
            for (Known known : objects.values()) {
                Found found = look(store, known, scratch);
                if (mayBeUnreadable && found == Found.UNREADABLE) {
                    continue;
                }
                assertThat(found)
                        .as("object 0x%x of epoch %d", known.handle, known.epoch)
                        .isEqualTo(known.dead ? Found.STALE : Found.THERE);
            }
        }
    }

    /** After an end without warning: what the store must and what it may have kept. Goes on from what it found. Returns how many acknowledged objects were found. */
    int checkAfterCrash(SlabAllocator store) {
        int acknowledged = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(store.largestPayloadBytes());
            for (Known known : objects.values()) {
                Found found = look(store, known, scratch);
                assertThat(found)
                        .as("object 0x%x of epoch %d", known.handle, known.epoch)
                        .isNotEqualTo(Found.UNREADABLE);
                if (known.acknowledged && !known.dead) {
                    assertThat(found)
                            .as("acknowledged object 0x%x of epoch %d", known.handle, known.epoch)
                            .isEqualTo(Found.THERE);
                    acknowledged++;
                }
                if (known.deadForEver) {
                    assertThat(found)
                            .as("object 0x%x of epoch %d, dead before a sync", known.handle, known.epoch)
                            .isEqualTo(Found.STALE);
                }
                settle(known, found);
            }
            live.clear();
            objects.values().stream().filter(known -> !known.dead).forEach(live::add);
        }
        return acknowledged;
    }

    /** What was found once after a crash is so for good: the store has read it from its device. */
    private static void settle(Known known, Found found) {
        known.dead = found == Found.STALE;
        known.deadForEver = known.dead;
        known.acknowledged = !known.dead;
    }
}
