package io.znsslab.core.benchmark.kernel;

import io.znsslab.core.benchmark.contestant.ObjectMemory;
import io.znsslab.core.benchmark.workload.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** A thread that serves requests until it is closed, and counts them. */
final class RequestThread implements AutoCloseable {
    private final CompletableFuture<Long> id = new CompletableFuture<>();
    private final AtomicLong served = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopping;
    private volatile Throwable failure;

    /** Starts the thread. */
    RequestThread(ObjectMemory memory) {
        this.thread = Thread.ofPlatform().daemon().name("requests").start(() -> serve(memory));
    }

    private void serve(ObjectMemory memory) {
        try {
            id.complete(ownId());
            Requests requests = new Requests(memory);
            while (!stopping) {
                served.setOpaque(served.getPlain() + requests.run());
            }
        } catch (Throwable e) {
            failure = e;
            id.completeExceptionally(e);
        }
    }

    /** The kernel's number for the calling thread. */
    private static long ownId() throws IOException {
        return Long.parseLong(Files.readSymbolicLink(Path.of("/proc/thread-self"))
                .getFileName()
                .toString());
    }

    /** The kernel's number for the thread. */
    long id() {
        return id.join();
    }

    /**
     * Requests served so far.
     *
     * @throws IllegalStateException if the thread has failed
     */
    long requests() {
        if (failure != null) {
            throw new IllegalStateException("the requests ended: " + failure, failure);
        }
        return served.getOpaque();
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the requests were not waited for", e);
        }
    }
}
