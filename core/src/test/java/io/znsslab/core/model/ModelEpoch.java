package io.znsslab.core.model;

/**
 * The model's record of an epoch. A flag is raised before the allocator is called and confirmed after it returned, so
 * that an answer given in between is judged by both.
 */
final class ModelEpoch {
    final long number;
    volatile boolean closeBegan;
    volatile boolean closeDone;
    volatile boolean discardBegan;
    volatile boolean discardDone;

    // Readers use bytes through a plain segment, so only this count keeps the bytes in place.
    private int readers;
    private int moving;

    ModelEpoch(long number) {
        this.number = number;
    }

    /** Tries to keep the epoch's bytes in place; ended by {@link #release}. */
    synchronized boolean holdInPlace() {
        if (moving > 0 || discardBegan) {
            return false;
        }
        readers++;
        return true;
    }

    synchronized void release() {
        readers--;
        notifyAll();
    }

    /** Waits for readers of the bytes, and admits none any more. */
    synchronized void beginDiscard() {
        discardBegan = true;
        awaitReaders();
    }

    /** Waits for readers of the bytes, and admits none until {@link #endMove}. */
    synchronized void beginMove() {
        moving++;
        awaitReaders();
    }

    synchronized void endMove() {
        moving--;
    }

    private void awaitReaders() {
        try {
            while (readers > 0) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while waiting for readers of epoch " + number, e);
        }
    }
}
