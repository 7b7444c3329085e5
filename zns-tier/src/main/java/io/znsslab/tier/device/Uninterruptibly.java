package io.znsslab.tier.device;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;

/**
 * Waiting that an interrupt does not cut short, but that keeps it for the caller.
 *
 * <p>For waits that end soon by themselves (an I/O, the end of a thread of ours), where giving up in the middle would
 * leave a buffer or a device in nobody's hands.
 */
public final class Uninterruptibly {
    private Uninterruptibly() {}

    private interface Wait {
        boolean isOver() throws InterruptedException;
    }

    /** Waits for a thread's end. */
    public static void join(Thread thread) {
        perform(() -> {
            thread.join();
            return true;
        });
    }

    /** Waits for a latch. */
    public static void await(CountDownLatch latch) {
        perform(() -> {
            latch.await();
            return true;
        });
    }

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

    private static void perform(Wait wait) {
        boolean interrupted = false;
        try {
            boolean over = false;
            while (!over) {
                try {
                    over = wait.isOver();
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
