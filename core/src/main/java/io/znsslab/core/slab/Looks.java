package io.znsslab.core.slab;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The looks of read callbacks, which may last: how many are under way, and which threads are in one. The allocator's
 * memory stays mapped until the last look has ended, whichever thread closes the allocator.
 *
 * <p>Nothing waits for a look. A look keeps one frame from being reused, the one that it has pinned
 * ({@link FrameTable#pin}); the thread that ends the look does what has to happen then. Thread-safe.
 */
public final class Looks {
    private static final System.Logger LOGGER = System.getLogger(Looks.class.getName());
    private static final ScopedValue<Nested> CURRENT = ScopedValue.newInstance();

    /** A look that the current thread is in, and the look around it, which may be another allocator's. */
    private record Nested(Looks looks, @Nullable Nested outer) {}

    private final OperationGate underWay = new OperationGate();
    private final Nested outermost = new Nested(this, null);
    private final AtomicReference<@Nullable Runnable> atLastEnd = new AtomicReference<>();

    /**
     * Begins a look, before the object is searched for.
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
     * Lets no look begin any more, and runs {@code action} once, as soon as none is under way: in the caller if that is
     * now, else in the thread that ends the last look.
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
     * The thread that sets the action, and each thread that ends a look, counts the looks after it has done its part.
     * So at least one sees that all is done, and the exchange gives the action to one.
     */
    private @Nullable Runnable takeIfOver() {
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
