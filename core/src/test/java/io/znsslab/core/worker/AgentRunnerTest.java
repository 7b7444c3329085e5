package io.znsslab.core.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AgentRunnerTest {
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final Logger logger = Logger.getLogger(AgentRunner.class.getName());
    private final Handler recorder = new Handler() {
        @Override
        public void publish(LogRecord message) {
            told.add(message.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** Runs one of its tasks each time it works, and records the calls that it gets. */
    private static class Tasks implements Agent {
        final List<Runnable> tasks = Collections.synchronizedList(new ArrayList<>());
        final List<String> asked = Collections.synchronizedList(new ArrayList<>());
        final Semaphore looked = new Semaphore(0);
        boolean goesOn;

        @Override
        public String name() {
            return "test-agent";
        }

        @Override
        public String purpose() {
            return "doing tasks";
        }

        @Override
        public long work() {
            boolean any = !tasks.isEmpty();
            try {
                if (any) {
                    tasks.removeFirst().run();
                }
            } finally {
                looked.release();
            }
            return any ? BUSY : UNTIL_SIGNALLED;
        }

        @Override
        public boolean hasWork() {
            return !tasks.isEmpty();
        }

        @Override
        public boolean failed(Throwable cause) {
            asked.add("failed: " + cause.getMessage());
            return goesOn;
        }

        @Override
        public void end() {
            asked.add("end");
        }
    }

    private final Tasks agent = new Tasks();
    private final AgentRunner runner = new AgentRunner(agent);

    @BeforeEach
    void record() {
        logger.setUseParentHandlers(false);
        logger.addHandler(recorder);
    }

    @AfterEach
    void stopRecording() {
        runner.close();
        logger.removeHandler(recorder);
        logger.setUseParentHandlers(true);
    }

    private void startAndAwaitRest() throws InterruptedException {
        runner.start();
        agent.looked.acquire();
    }

    private void run(Runnable task) {
        agent.tasks.add(task);
        runner.signal();
    }

    @Test
    void itWorksWhenItIsSignalled() throws InterruptedException {
        startAndAwaitRest();
        CountDownLatch done = new CountDownLatch(1);
        run(done::countDown);
        done.await();
        assertThat(AgentRunner.isOnAgentThread()).isFalse();
        assertThat(runner.isOwnThread()).isFalse();
    }

    @Test
    void aSignalBeforeItSleepsIsNotMissed() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch signalled = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Agent late = new Tasks() {
            private int looks;

            @Override
            public long work() {
                if (looks++ == 0) {
                    // The agent has looked for work and found none, and is not asleep yet.
                    inside.countDown();
                    awaitQuietly(signalled);
                } else {
                    done.countDown();
                }
                return UNTIL_SIGNALLED;
            }
        };
        try (AgentRunner another = new AgentRunner(late)) {
            another.start();
            inside.await();
            another.signal();
            signalled.countDown();
            done.await();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void closingFinishesWhatMustBeDone() {
        List<Integer> done = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 100; i++) {
            int number = i;
            agent.tasks.add(() -> done.add(number));
        }
        runner.start();
        runner.close();
        assertThat(done).hasSize(100);
        assertThat(agent.asked).containsExactly("end");
        assertThat(runner.failure()).isNull();
        assertThat(runner.isClosing()).isTrue();
    }

    @Test
    void aClosingDuringWorkWaitsForIt() throws InterruptedException {
        startAndAwaitRest();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        run(() -> {
            inside.countDown();
            awaitQuietly(goOn);
            order.add("worked");
        });
        inside.await();
        Thread closer = Thread.ofPlatform().start(() -> {
            runner.close();
            order.add("closed");
        });
        while (!runner.isClosing()) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        closer.join();
        assertThat(order).containsExactly("worked", "closed");
    }

    @Test
    void anErrorInWorkFailsWaitingTasksIsLoggedOnceAndEndsTheAgent() throws InterruptedException {
        startAndAwaitRest();
        Error error = new StackOverflowError("deep");
        run(() -> {
            throw error;
        });
        runner.close();
        assertThat(agent.asked).containsExactly("failed: deep", "end");
        assertThat(runner.failure()).isSameAs(error);
        assertThat(told).containsExactly("doing tasks has stopped: java.lang.StackOverflowError: deep");
    }

    @Test
    void anAgentThatCanGoOnDoesAndARowOfFailuresIsLoggedOnce() throws InterruptedException {
        agent.goesOn = true;
        startAndAwaitRest();
        CountDownLatch done = new CountDownLatch(1);
        for (int i = 0; i < 3; i++) {
            agent.tasks.add(() -> {
                throw new IllegalArgumentException("odd");
            });
        }
        run(done::countDown);
        done.await();
        assertThat(runner.failure()).isNull();
        assertThat(told)
                .containsExactly("doing tasks was disturbed and goes on: java.lang.IllegalArgumentException: odd");
        assertThat(agent.asked).containsExactly("failed: odd", "failed: odd", "failed: odd");
    }

    @Test
    void aFailureOfTheFailingEndsTheAgentWithBoth() {
        IllegalStateException first = new IllegalStateException("first");
        IllegalStateException second = new IllegalStateException("second");
        Agent broken = new Tasks() {
            @Override
            public boolean failed(Throwable cause) {
                throw second;
            }
        };
        ((Tasks) broken).tasks.add(() -> {
            throw first;
        });
        AgentRunner another = new AgentRunner(broken);
        another.start();
        another.close();
        assertThat(another.failure()).isSameAs(first).hasSuppressedException(second);
    }

    @Test
    void aFailureOfTheBeginningIsThrownByTheStart() {
        Error error = new OutOfMemoryError("no room for a ring");
        Agent broken = new Tasks() {
            @Override
            public void begin() {
                throw error;
            }
        };
        AgentRunner another = new AgentRunner(broken);
        assertThatThrownBy(another::start).isSameAs(error);
        another.close();
        assertThat(told).isEmpty();
    }

    @Test
    void aFailureOfTheEndingIsLogged() {
        AgentRunner another = new AgentRunner(new Tasks() {
            @Override
            public void end() {
                throw new IllegalStateException("still in use");
            }
        });
        another.start();
        another.close();
        assertThat(told)
                .containsExactly(
                        "doing tasks has not ended in good order: java.lang.IllegalStateException: still in use");
    }

    @Test
    void theAgentCanNotCloseItself() throws InterruptedException {
        startAndAwaitRest();
        List<Throwable> refused = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        run(() -> {
            try {
                runner.close();
            } catch (IllegalStateException e) {
                refused.add(e);
            }
            assertThat(runner.isOwnThread()).isTrue();
            done.countDown();
        });
        done.await();
        assertThat(refused)
                .singleElement()
                .satisfies(e -> assertThat(e)
                        .hasMessage("doing tasks can't be closed by its own thread, test-agent,"
                                + " which would wait for itself"));
        assertThat(runner.isClosing()).isFalse();
    }

    @Test
    void anInterruptOfTheCloserIsKept() {
        runner.start();
        Thread.currentThread().interrupt();
        runner.close();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anInterruptOfTheAgentDisturbsNothing() throws InterruptedException {
        startAndAwaitRest();
        CountDownLatch done = new CountDownLatch(1);
        run(() -> Thread.currentThread().interrupt());
        run(done::countDown);
        done.await();
        assertThat(told).isEmpty();
    }

    @Test
    void aFutureIsNotWaitedForOnAnAgentsThread() throws InterruptedException {
        startAndAwaitRest();
        GuardedFuture<Integer> future = new GuardedFuture<>();
        List<Throwable> refused = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(1);
        run(() -> {
            for (Runnable wait : List.<Runnable>of(future::join, future.thenApply(x -> x + 1)::join)) {
                try {
                    wait.run();
                } catch (IllegalStateException e) {
                    refused.add(e);
                }
            }
            future.complete(1);
            refused.add(new IllegalStateException("done: " + future.join()));
            done.countDown();
        });
        done.await();
        assertThat(refused).hasSize(3);
        assertThat(refused.getFirst())
                .hasMessageStartingWith("a future can't be waited for on the thread test-agent, for which");
        assertThat(refused.getLast()).hasMessage("done: 1");
    }
}
