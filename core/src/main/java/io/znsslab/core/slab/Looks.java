package io.znsslab.core.slab;

import java.util.concurrent.atomic.AtomicReference;

/**
 * The looks of read callbacks at objects, which may last: how many are under way, and which threads are in one. The
 * allocator's memory stays mapped until the last look has ended, whoever closes the allocator.
 *
 * <p>Nothing waits for a look. What a look keeps from being reused is the frame that it has pinned
 * ({@link FrameTable#pin}), and nothing else; what has to happen when it ends is done by the thread that ends it.
 * Thread-safe.
 */
public final class Looks {
    private static final System.Logger LOGGER = System.getLogger(Looks.class.getName());
    private static final ScopedValue<Nested> CURRENT = ScopedValue.newInstance();

    /** A look that the current thread is in, and the one around it, which may be another allocator's. */
    private record Nested(Looks looks, Nested outer) {}

    private final OperationGate underWay = new OperationGate();
    private final Nested outermost = new Nested(this, null);
    private final AtomicReference<Runnable> atLastEnd = new AtomicReference<>();

    /**
     * Begins a look, before anything is looked for.
     *
     * @throws IllegalStateException if the allocator is closed
     */
    public void begin() {
        if (!underWay.tryEnter()) {
            endAllIfOver();
            throw new IllegalStateException("the allocator is closed");
        }
    }

    /** Ends a look: its thread touches no memory of the allocator any more. */
    public void end() {
        underWay.exit();
        if (underWay.isShut()) {
            endAllIfOver();
        }
    }

    /** Runs the user's part of a look. */
    public void run(Runnable callback) {
        Nested outer = CURRENT.isBound() ? CURRENT.get() : null;
        ScopedValue.where(CURRENT, outer == null ? outermost : new Nested(this, outer))
                .run(callback);
    }

    /** Whether the caller is within a read callback of this allocator. */
    public boolean isWithin() {
        for (Nested look = CURRENT.isBound() ? CURRENT.get() : null; look != null; look = look.outer) {
            if (look.looks == this) {
                return true;
            }
        }
        return false;
    }

    /**
     * Lets no look begin any more, and has {@code action} run once, as soon as none is under way: by the caller if that
     * is now, else by the thread that ends the last one.
     */
    public void shut(Runnable action) {
        underWay.shut();
        atLastEnd.set(action);
        Runnable due = takeIfOver();
        if (due != null) {
            due.run();
        }
    }

    /**
     * Of the thread that set the action and those that end looks, each looks whether it is the last after it did its
     * part: so one at least sees that all is done, and one gets the action.
     */
    private Runnable takeIfOver() {
        return underWay.isIdle() ? atLastEnd.getAndSet(null) : null;
    }

    private void endAllIfOver() {
        Runnable due = takeIfOver();
        if (due != null) {
            try {
                due.run();
            } catch (RuntimeException e) {
                // the look itself went well, and its thread can do nothing about it
                LOGGER.log(System.Logger.Level.WARNING, "the memory of a closed allocator was not given back", e);
            }
        }
    }
}
