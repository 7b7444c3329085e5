package io.znsslab.cli.demo;

import io.znsslab.cli.terminal.Terminal;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Says what is left where a signal ends the process in the middle of a run: from when it is made until it is closed.
 * What the run itself prints or fails with after the signal is of no interest any more.
 */
final class Interruption implements AutoCloseable {
    private static final long MOST_SECONDS = 20;

    private final Terminal terminal;
    private final TieringDisplay display;
    private final Supplier<String> left;
    private final boolean waits;
    private final CountDownLatch tidied = new CountDownLatch(1);
    private final Thread hook = new Thread(this::tell, "interruption");
    private volatile boolean happened;

    private Interruption(Terminal terminal, TieringDisplay display, Supplier<String> left, boolean waits) {
        this.terminal = terminal;
        this.display = display;
        this.left = left;
        this.waits = waits;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * For a run that leaves its device as it is.
     *
     * @param display closed before the line is printed
     * @param left the line
     */
    Interruption(Terminal terminal, TieringDisplay display, Supplier<String> left) {
        this(terminal, display, left, false);
    }

    /** For a run that the signal ends in another way, after which {@link #close} is called: it is waited for. */
    static Interruption waiting(Terminal terminal, TieringDisplay display, Supplier<String> left) {
        return new Interruption(terminal, display, left, true);
    }

    private void tell() {
        happened = true;
        String line = left.get();
        display.close();
        if (waits) {
            awaitTidying();
        }
        terminal.err().println("zns-slab: " + line);
        terminal.err().flush();
    }

    private void awaitTidying() {
        try {
            boolean _ = tidied.await(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The run is over, and all that it made is removed. After an interruption this does not return. */
    @Override
    public void close() {
        tidied.countDown();
        if (!happened) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
                return;
            } catch (IllegalStateException e) {
                happened = true; // it begins just now
            }
        }
        while (happened) {
            try {
                Thread.sleep(Long.MAX_VALUE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
