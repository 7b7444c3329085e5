package io.znsslab.core.model;

/**
 * What the model knows of an epoch. The flags are raised before the allocator is called and confirmed after it
 * returned, so that an answer given meanwhile is judged by both.
 */
final class ModelEpoch {
    final long number;
    volatile boolean closeBegan;
    volatile boolean closeDone;
    volatile boolean discardBegan;
    volatile boolean discardDone;

    // Readers use bytes through a plain segment, which nothing else keeps in place.
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

    /** Waits for who uses bytes, and lets nobody any more. */
    synchronized void beginDiscard() {
        discardBegan = true;
        awaitReaders();
    }

    /** Waits for who uses bytes, and lets nobody until {@link #endMove}. */
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
