package io.znsslab.core.benchmark.rate;

import io.znsslab.core.benchmark.workload.Workload;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;

/**
 * A thread that works until it is stopped, and counts its operations where any thread can read the count without
 * disturbing it.
 */
final class Worker extends WorkerCount implements Runnable {
    private static final VarHandle OPERATIONS;

    static {
        try {
            OPERATIONS = MethodHandles.lookup().findVarHandle(WorkerCount.class, "operations", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // Keeps the fields that follow in memory off the counter's cache line.
    private long pad0, pad1, pad2, pad3, pad4, pad5, pad6, pad7;

    private final Supplier<Workload> workload;
    private volatile boolean stopping;
    private volatile Throwable failure;

    Worker(Supplier<Workload> workload) {
        this.workload = workload;
    }

    @Override
    public void run() {
        try {
            Workload work = workload.get();
            while (!stopping) {
                OPERATIONS.setOpaque(this, operations + work.run());
            }
        } catch (Throwable e) {
            failure = e;
        }
    }

    void stop() {
        stopping = true;
    }

    /** Operations finished so far. Throws the worker's failure, if it has failed. */
    long operations() {
        Throwable ended = failure;
        if (ended != null) {
            throw new IllegalStateException("a worker ended: " + ended, ended);
        }
        return (long) OPERATIONS.getOpaque(this);
    }
}

/** Keeps the fields that precede the counter in memory off its cache line. */
@SuppressWarnings("unused")
class WorkerPadding {
    private long pad0, pad1, pad2, pad3, pad4, pad5, pad6, pad7;
}

/** The counter, which a worker writes after each batch. */
class WorkerCount extends WorkerPadding {
    /** Written by the worker alone. */
    long operations;
}
