package io.znsslab.core.registry;

import java.util.concurrent.ConcurrentHashMap;

/**
 * Which generations may be issued under which slab id, so that after a sudden end the next run knows how far each id
 * can have come. One bound holds for all ids; the few ids whose slabs are refilled over and over have a higher one of
 * their own. Both are made durable before they are used.
 *
 * <p>A slab asks at the end of each {@link #STEP} generations. It announces a step ahead what it will want next.
 * Without a second tier, all generations may be issued from the start. Thread-safe.
 */
public final class IssuedGenerations {
    /**
     * Generations for which a slab need not ask, a power of two: in the last one of a step it asks for the next step.
     */
    public static final int STEP = 512;

    private static final int ALL = HandleLayout.MAX_GENERATION + 1;

    /** Makes bounds durable. */
    public interface Reservation {
        /** The bound below which generations may be issued under any id; it only grows. Does not wait. */
        int boundOfAll();

        /**
         * Makes a bound above the wanted generation durable for that id, and returns it; returns none above where that
         * fails. May wait.
         */
        int reserve(long id, int generation);

        /** Notes that the generation of that id will be wanted soon. Does not wait. */
        void announce(long id, int generation);
    }

    private final ConcurrentHashMap<Long, Integer> ownBounds = new ConcurrentHashMap<>();
    private volatile int boundOfAll = ALL;
    // Before it is set, all generations may be issued, and it is not asked.
    @SuppressWarnings("NullAway.Init")
    private Reservation reservation;

    IssuedGenerations() {}

    /** Has generations issued as far as they are reserved, from now on. To be called before any is issued. */
    public void reserveBy(Reservation reserver) {
        reservation = reserver;
        boundOfAll = 0;
    }

    /** Whether a slab that issued that generation last has to ask before the next. */
    public static boolean endsStep(int lastGeneration) {
        return (lastGeneration & (STEP - 1)) == STEP - 1;
    }

    /**
     * Whether that generation, and the others of its step, may be issued under that id; waits until that is durable, if
     * it is not. False where that fails.
     */
    public boolean mayIssue(long id, int generation) {
        return generation < boundOfAll || (generation <= HandleLayout.MAX_GENERATION && ask(id, generation));
    }

    /** As {@link #mayIssue}, for a slab that begins a step and is likely to reach the one after that. */
    public boolean mayBeginStep(long id, int generation) {
        if (!mayIssue(id, generation)) {
            return false;
        }
        int next = generation + STEP;
        if (next >= boundOfAll && next <= HandleLayout.MAX_GENERATION && next >= ownBounds.getOrDefault(id, 0)) {
            reservation.announce(id, next);
        }
        return true;
    }

    private boolean ask(long id, int generation) {
        int all = reservation.boundOfAll();
        if (all > boundOfAll) {
            boundOfAll = all;
        }
        if (generation < all || generation < ownBounds.getOrDefault(id, 0)) {
            return true;
        }
        int own = reservation.reserve(id, generation);
        if (own > generation) {
            ownBounds.put(id, own);
        }
        return own > generation;
    }
}
