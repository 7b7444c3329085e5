package io.znsslab.core;

import io.znsslab.core.epoch.EpochPins;
import io.znsslab.core.slab.EpochGate;
import io.znsslab.core.slab.Looks;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which domains are entered, so that a forced close finds them: of confined ones the epoch, with the thread and the
 * segments at its place in the ring; of shared ones the domains. Thread-safe.
 *
 * <p>No table holds confined domains. Each request makes one, and an old table that is given a new object costs the
 * collector's barrier, with a fence in it. That a confined domain is inside stands in the word that counts the entries
 * ({@link EpochPins}), and its thread was mostly there before, since a thread opens its domains at one place.
 *
 * <p>A forced close of an epoch exits the domains in their threads' place. One of the allocator can't do that of a
 * confined domain whose thread lives: no other thread can end its segments. So the allocator's memory is kept, and
 * serves nothing else, until that thread has left.
 */
final class EnteredDomains {
    /**
     * A confined domain that keeps the memory of an allocator closed by force, and the one thread that can leave it.
     */
    private record Confined(long epoch, Thread owner) {
        boolean isOfAnotherLivingThread() {
            return owner != Thread.currentThread() && owner.isAlive();
        }
    }

    private final Looks looks;
    private final EpochPins pins;
    private final EpochGate gate;

    // by place in the ring
    /** The thread of the confined domain that is entered or was last; written before the epoch's gate opens. */
    private final @Nullable Thread[] owners;
    /** The confined domain's segments, if it has some; for its owner alone. */
    private final @Nullable DomainSegments[] segments;

    private final Set<EpochDomain> shared = ConcurrentHashMap.newKeySet();
    /** Domains that keep the memory of an allocator closed by force. */
    private final Set<Object> keeping = ConcurrentHashMap.newKeySet();

    EnteredDomains(Looks looks, EpochPins pins, EpochGate gate) {
        this.looks = looks;
        this.pins = pins;
        this.gate = gate;
        this.owners = new @Nullable Thread[gate.epochCount()];
        this.segments = new @Nullable DomainSegments[gate.epochCount()];
    }

    /** The thread whose confined domain the epoch that opens at that place is to have. */
    void setOwner(int ringIndex, @Nullable Thread owner) {
        if (owners[ringIndex] != owner) {
            owners[ringIndex] = owner;
        }
    }

    /** The segments that the calling thread's confined domain has now; null for none. */
    void setSegments(int ringIndex, @Nullable DomainSegments ofDomain) {
        segments[ringIndex] = ofDomain;
    }

    /** Before a shared domain is entered. */
    void enterShared(EpochDomain domain) {
        shared.add(domain);
    }

    /** After a shared domain was left. */
    void leaveShared(EpochDomain domain) {
        shared.remove(domain);
    }

    /** Whether the confined domain of the epoch is entered: neither left nor exited by a forced close. */
    boolean isConfined(int ringIndex, long epoch) {
        return gate.lopLastOpened(ringIndex) == epoch && pins.isConfined(ringIndex, epoch);
    }

    /**
     * Whether the caller is inside the epoch by an entry that no other thread is to leave: that of its confined domain,
     * or one of its own of a domain that wraps the epoch.
     */
    boolean isCallerInside(int ringIndex, long epoch) {
        Confined domain = confined(ringIndex);
        if (domain != null && domain.epoch == epoch && domain.owner == Thread.currentThread()) {
            return true;
        }
        for (EpochDomain entered : shared) {
            if (entered.epoch() == epoch && entered.isEnteredByCaller()) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Confined confined(int ringIndex) {
        long epoch = gate.lopLastOpened(ringIndex);
        // before the look whether it is inside: a later one of the place has another number
        Thread owner = owners[ringIndex];
        return owner != null && isConfined(ringIndex, epoch) ? new Confined(epoch, owner) : null;
    }

    /** Refuses to force an epoch closed whose segments a living thread could go on using. */
    void requireRevocable(int ringIndex, long epoch) {
        Confined domain = confined(ringIndex);
        if (domain != null && domain.epoch == epoch && domain.isOfAnotherLivingThread()) {
            throw new IllegalStateException(
                    ("epoch %d can't be closed by force while its confined domain is entered by thread \"%s\", which"
                                    + " lives: only that thread can end the segments; have it leave the domain, or"
                                    + " close the allocator by force")
                            .formatted(epoch, domain.owner.getName()));
        }
    }

    /**
     * Exits the confined domain of an epoch that is shut, in the place of its thread, unless that is another one and
     * lives.
     *
     * @return whether the caller has to take that entry back
     */
    boolean revokeConfined(int ringIndex, long epoch) {
        Confined domain = confined(ringIndex);
        if (domain == null || domain.epoch != epoch || domain.isOfAnotherLivingThread()) {
            return false;
        }
        if (!endSegments(domain)) {
            throw usedByNativeCall(epoch);
        }
        return pins.endConfined(ringIndex, epoch);
    }

    /** Exits all shared domains of an epoch that is shut, in the place of the threads inside. */
    void revokeShared(long epoch) {
        for (EpochDomain entered : shared) {
            if (entered.epoch() == epoch) {
                entered.revoke();
            }
        }
    }

    /** Why a domain could not be exited by force. */
    static IllegalStateException usedByNativeCall(long epoch) {
        return new IllegalStateException(
                ("domain of epoch %d can't be left by force while a native call uses a segment of it; let the call"
                                + " return and close again")
                        .formatted(epoch));
    }

    /**
     * Ends a confined domain's segments, or finds that no thread can use them any more: only the domain's own thread
     * could, so there is nothing to end once that has ended. False if a thread still can.
     */
    private boolean endSegments(Confined domain) {
        if (domain.isOfAnotherLivingThread()) {
            return false;
        }
        DomainSegments own = domain.owner == Thread.currentThread() ? segments[gate.ringIndex(domain.epoch)] : null;
        return own == null || end(own, domain.epoch);
    }

    /** Whether the segments have ended; false if a native call uses one. */
    private static boolean end(DomainSegments segments, long epoch) {
        try {
            DomainSegments.log(segments.end(), epoch);
            return true;
        } catch (IllegalStateException usedByNativeCall) {
            return false;
        }
    }

    /**
     * Ends the segments of all domains of an allocator at rest, or has those that can't be ended keep its memory.
     * Before that is given up.
     */
    void revokeAll() {
        for (int ringIndex = 0; ringIndex < owners.length; ringIndex++) {
            Confined domain = confined(ringIndex);
            if (domain != null && !endSegments(domain)) {
                keepMemoryFor(domain);
                // It may have left meanwhile: of the two, one sees the other.
                if (!isConfined(ringIndex, domain.epoch)) {
                    endKeepingBy(domain);
                }
            }
        }
        for (EpochDomain domain : shared) {
            if (!domain.endSegments()) {
                keepMemoryFor(domain);
            }
        }
    }

    private void keepMemoryFor(Object domain) {
        looks.begin();
        keeping.add(domain);
    }

    /** A domain that may keep the memory has no segments any more. */
    void endKeeping(EpochDomain domain) {
        endKeepingBy(domain.owner() == null ? domain : new Confined(domain.epoch(), domain.owner()));
    }

    private void endKeepingBy(Object domain) {
        if (keeping.remove(domain)) {
            looks.end();
        }
    }

    /** Looks again at what keeps the memory: threads may have ended, and native calls returned. */
    void endKeepingWherePossible() {
        for (Object domain : keeping) {
            boolean over = switch (domain) {
                case Confined confined -> endSegments(confined);
                case EpochDomain entered -> entered.endSegments();
                default -> throw new IllegalStateException("no domain: " + domain);
            };
            if (over) {
                endKeepingBy(domain);
            }
        }
    }
}
