package io.znsslab.core.tiering;

import io.znsslab.core.ReadListener;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.worker.Failures;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One read of a cold object by somebody who does not wait for it, with room for the slab's image. Used again and again;
 * by one read at a time.
 */
public final class ColdRead implements ColdTier.Listener {
    private static final System.Logger LOGGER = System.getLogger(ColdRead.class.getName());

    private final ColdObjects side;
    final MemorySegment image;
    private final ScratchSlabs.Room room;
    private final AtomicBoolean underWay = new AtomicBoolean();
    private long handle;
    private long word;
    private MemorySegment destination;
    private ReadListener listener;
    private Retry retry;

    /** Begins a read anew, whose slab has moved. */
    @FunctionalInterface
    interface Retry {
        void readAsync(long handle, MemorySegment destination, ReadListener listener);
    }

    ColdRead(ColdObjects side, ScratchSlabs.Room room) {
        this.side = side;
        this.room = room;
        this.image = room.image();
    }

    /** When it is not used any more. */
    void freeRoom() {
        room.arena().close();
    }

    void begin(long ofHandle, long ofWord, MemorySegment into, ReadListener told, Retry ifMoved) {
        handle = ofHandle;
        word = ofWord;
        destination = into;
        listener = told;
        retry = ifMoved;
        underWay.set(true);
    }

    @Override
    public void readEnded(RuntimeException failure) {
        if (!underWay.compareAndSet(true, false)) {
            LOGGER.log(System.Logger.Level.ERROR, () -> "the cold tier ended a read twice", failure);
            return;
        }
        int copied = Lookup.STALE;
        RuntimeException reason = null;
        try {
            copied = side.outcome(handle, word, image, destination, failure);
        } catch (Throwable e) {
            reason = Failures.asRuntimeException(e);
        }
        long readHandle = handle;
        MemorySegment readInto = destination;
        ReadListener told = listener;
        Retry ifMoved = retry;
        destination = null;
        listener = null;
        // Given back first: who is told may begin another read.
        side.giveBack(this);
        if (copied == Lookup.MOVED) {
            side.later(() -> readAgain(ifMoved, readHandle, readInto, told));
        } else {
            tell(told, readHandle, copied, reason);
        }
    }

    private static void readAgain(Retry retry, long handle, MemorySegment destination, ReadListener listener) {
        try {
            retry.readAsync(handle, destination, listener);
        } catch (Throwable e) {
            // for one: the slab has come to DRAM, and the destination does not take the object
            tell(listener, handle, Lookup.STALE, Failures.asRuntimeException(e));
        }
    }

    /** A listener that throws must not take the tier's thread with it. */
    static void tell(ReadListener listener, long handle, int copied, RuntimeException failure) {
        try {
            listener.readEnded(handle, copied, failure);
        } catch (Throwable e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    () -> "the listener of a read of handle 0x" + Long.toHexString(handle) + " failed",
                    e);
        }
    }
}
