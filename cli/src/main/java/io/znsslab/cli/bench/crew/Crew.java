package io.znsslab.cli.bench.crew;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Threads that do the same at the same time: each warms up until all have begun and the time is over, and is then
 * measured until all are told to stop.
 *
 * @param <T> what each thread reports
 */
public final class Crew<T> {
    private static final int WARMING_UP = 0;
    private static final int MEASURING = 1;
    private static final int ENDING = 2;

    private volatile int phase = WARMING_UP;

    /**
     * One thread's part.
     *
     * @param <T> what it reports
     */
    public interface Member<T> {
        /** A short piece of work, repeated while others work too. */
        void work();

        /** The clock starts: what was done so far does not count. */
        void start();

        /** The clock stops; called by the thread that has worked. */
        T stop();
    }

    /**
     * Runs the threads and waits for their end.
     *
     * @param threads how many
     * @param member makes a thread's part, in that thread
     * @return what each has reported
     * @throws InterruptedException if the calling thread is interrupted; the others have ended then
     */
    public List<T> run(int threads, Duration warmUp, Duration time, IntFunction<? extends Member<T>> member)
            throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(threads);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<T>> results = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int number = thread;
                results.add(executor.submit(() -> {
                    try {
                        return live(member.apply(number), begun);
                    } finally {
                        phase = ENDING; // of one that failed; the others would wait for nothing
                        begun.countDown();
                    }
                }));
            }
            try {
                begun.await();
                pass(warmUp, results);
                if (phase == WARMING_UP) {
                    phase = MEASURING;
                }
                pass(time, results);
            } finally {
                phase = ENDING;
            }
            List<T> reports = new ArrayList<>();
            for (Future<T> result : results) {
                reports.add(result.get());
            }
            return reports;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    /** Waits for that long, or until a thread has failed. */
    private static <T> void pass(Duration time, List<Future<T>> results) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            if (results.stream().anyMatch(Future::isDone)) {
                return;
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(left, TimeUnit.MILLISECONDS.toNanos(20)));
        }
    }

    private T live(Member<T> member, CountDownLatch begun) {
        member.work();
        begun.countDown();
        while (phase == WARMING_UP) {
            member.work();
        }
        member.start();
        do {
            member.work();
        } while (phase == MEASURING);
        return member.stop();
    }
}
