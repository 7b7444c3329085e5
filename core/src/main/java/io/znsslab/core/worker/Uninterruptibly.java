package io.znsslab.core.worker;

import java.util.concurrent.BlockingQueue;

/**
 * Waiting that an interrupt does not cut short, but that keeps it for the caller.
 *
 * <p>For waits that end soon by themselves (an I/O), where giving up in the middle would leave a buffer or a device
 * without an owner.
 */
public final class Uninterruptibly {
    private Uninterruptibly() {}

    /** Waits for an element. */
    public static <T> T take(BlockingQueue<T> queue) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return queue.take();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
