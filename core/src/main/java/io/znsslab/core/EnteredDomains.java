package io.znsslab.core;

import io.znsslab.core.slab.Looks;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which domains are entered, so that a forced close finds them: by place in the ring the confined domain of the epoch
 * there, and all shared ones. Thread-safe.
 *
 * <p>A forced close of an epoch exits the domains in their threads' place. One of the allocator can't do that of a
 * confined domain whose thread lives: no other thread can end its segments. So the allocator's memory is kept, and
 * serves nothing else, until that thread has left.
 */
final class EnteredDomains {
    private static final VarHandle CONFINED = MethodHandles.arrayElementVarHandle(EpochDomain[].class);

    private final Looks looks;
    /** Written by the owner, or before the epoch's gate opens. */
    private final EpochDomain[] confined;

    private final Set<EpochDomain> shared = ConcurrentHashMap.newKeySet();
    /** Domains that keep the memory of an allocator closed by force. */
    private final Set<EpochDomain> keeping = ConcurrentHashMap.newKeySet();

    EnteredDomains(Looks looks, int epochCount) {
        this.looks = looks;
        this.confined = new EpochDomain[epochCount];
    }

    /** Says which confined domain the epoch of that place has from its opening on; null for none. */
    void confine(int ringIndex, EpochDomain domain) {
        confined[ringIndex] = domain;
    }

    /** The calling thread, its owner, is about to leave a confined domain for good. */
    void leave(int ringIndex) {
        confined[ringIndex] = null;
    }

    /** Before a shared domain is entered. */
    void enterShared(EpochDomain domain) {
        shared.add(domain);
    }

    /** After a shared domain was left. */
    void leaveShared(EpochDomain domain) {
        shared.remove(domain);
    }

    /** Whether the caller is inside the epoch by a confined domain. */
    boolean isCallerConfinedTo(int ringIndex, long epoch) {
        EpochDomain domain = confined(ringIndex);
        return domain != null && domain.epoch() == epoch && domain.owner() == Thread.currentThread();
    }

    private EpochDomain confined(int ringIndex) {
        return (EpochDomain) CONFINED.getVolatile(confined, ringIndex);
    }

    /** Refuses to force an epoch closed whose segments a living thread could go on using. */
    void requireRevocable(int ringIndex, long epoch) {
        EpochDomain domain = confined(ringIndex);
        if (domain != null && domain.epoch() == epoch && domain.isOfAnotherLivingThread()) {
            throw new IllegalStateException(
                    ("epoch %d can't be closed by force while its confined domain is entered by thread \"%s\", which"
                                    + " lives: only that thread can end the segments; have it leave the domain, or"
                                    + " close the allocator by force")
                            .formatted(epoch, domain.owner().getName()));
        }
    }

    /** Exits all domains of an epoch that is shut, in the place of those inside. */
    void revoke(int ringIndex, long epoch) {
        EpochDomain domain = confined(ringIndex);
        if (domain != null && domain.epoch() == epoch && !domain.isOfAnotherLivingThread()) {
            domain.revoke();
        }
        for (EpochDomain entered : shared) {
            if (entered.epoch() == epoch) {
                entered.revoke();
            }
        }
    }

    /**
     * Ends the segments of all domains of an allocator at rest, or has those that can't be ended keep its memory.
     * Before that is given up.
     */
    void revokeAll() {
        for (int ringIndex = 0; ringIndex < confined.length; ringIndex++) {
            EpochDomain domain = confined(ringIndex);
            if (domain != null && !domain.endSegments()) {
                keepMemoryFor(domain);
                // It may have left meanwhile: of the two, one sees the other.
                if (confined(ringIndex) != domain) {
                    endKeeping(domain);
                }
            }
        }
        for (EpochDomain domain : shared) {
            if (!domain.endSegments()) {
                keepMemoryFor(domain);
            }
        }
    }

    private void keepMemoryFor(EpochDomain domain) {
        looks.begin();
        keeping.add(domain);
    }

    /** A domain that may keep the memory has no segments any more. */
    void endKeeping(EpochDomain domain) {
        if (keeping.remove(domain)) {
            looks.end();
        }
    }

    /** Looks again at what keeps the memory: threads may have ended, and native calls returned. */
    void endKeepingWherePossible() {
        for (EpochDomain domain : keeping) {
            if (domain.endSegments()) {
                endKeeping(domain);
            }
        }
    }
}
