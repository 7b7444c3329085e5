package io.znsslab.core;

import io.znsslab.core.slab.StackReserve;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Calls an allocator again and again at the end of the stack, at changing depths and with code in every stage of
 * compilation, and then checks whether it left any damage. A program of its own, so that it can run with any options of
 * the JVM; its argument is the number of rounds.
 */
final class EndOfStack {
    private static final Pattern SLOTS =
            Pattern.compile("each slot of (\\p{XDigit}+) must be once in live (\\p{XDigit}+), claimable (\\p{XDigit}+),"
                    + " pending (\\p{XDigit}+), remote (\\p{XDigit}+)");

    private static final int LIMIT_SECONDS = 60;

    /** Calls are made in the last tenth of the stack, which is more than any of them needs, and little else. */
    private static final int SHARE_OF_STACK = 10;

    private static final int DESCENTS = 8;

    /** Calls with ample stack before each descent, so that each descent finds code in another stage of compilation. */
    private static final int CALLS_BETWEEN = isCompiling() ? 300 : 0;

    private interface Operation {
        void run();
    }

    /** Slots that calls at the end of one thread's stack may lose: one each, where the code was just deoptimized. */
    private static final int MOST_LOST = 8;

    private final Random random;
    private int overflows;
    private int lostSlots;
    private int deepest;
    private int framesFromEnd;

    private EndOfStack(long seed) {
        random = new Random(seed);
    }

    /** Runs so many rounds. */
    public static void main(String[] arguments) throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        EndOfStack end = new EndOfStack(seed);
        for (int round = 0; round < Integer.parseInt(arguments[0]); round++) {
            end.play(round);
        }
        System.out.println("nothing left behind by " + end.overflows + " overflows but lost slots: " + end.lostSlots);
    }

    private void play(int round) throws Exception {
        SlabAllocator allocator = SlabAllocator.builder()
                .limitBytes(16 << 20)
                .reclamation((round + round / 8) % 2 == 0 ? Reclamation.KEEP_HOT : Reclamation.RETURN_TO_OS)
                .coldTier(new MemoryTier())
                .build();
        long cold = allocator.allocate(40, 0);
        allocator.closeEpoch(0, Disposition.DEMOTE).join();
        long epoch = allocator.advanceEpoch();
        long[] kept = new long[200];
        MemorySegment destination = MemorySegment.ofArray(new byte[16]);
        List<Operation> operations = List.of(
                () -> allocator.free(allocator.allocate(40, epoch)),
                () -> {
                    int at = random.nextInt(kept.length);
                    allocator.free(kept[at]);
                    kept[at] = 0;
                    kept[at] = allocator.allocate(random.nextInt(700), epoch);
                },
                () -> allocator.read(kept[random.nextInt(kept.length)], payload -> {}),
                () -> allocator.read(kept[random.nextInt(kept.length)], destination),
                () -> allocator.resolve(cold),
                () -> allocator.read(cold, destination),
                () -> {
                    try (EpochDomain domain = allocator.openDomain()) {
                        domain.allocate(40);
                    }
                },
                () -> {
                    // The ring reaches the epoch that is kept, or one that could not be closed.
                    try {
                        var _ = allocator.closeEpoch(allocator.advanceEpoch(), Disposition.DISCARD);
                    } catch (EpochOpenException e) {
                        var _ = allocator.closeEpoch(allocator.currentEpoch(), Disposition.RECLAIM);
                    }
                });
        Operation operation = operations.get(round % operations.size());
        FutureTask<Void> work = new FutureTask<>(() -> {
            callOften(operation, round * 20);
            for (int descent = 0; descent < DESCENTS; descent++) {
                callOften(operation, CALLS_BETWEEN);
                int frames = framesToTheEnd(operation) / SHARE_OF_STACK;
                try {
                    descend(operation, random.nextInt(64), descent % 2 == 0, frames);
                } catch (StackOverflowError e) {
                    overflows++;
                }
            }
            return null;
        });
        // The thread stays alive, so that a dead thread's rights are no excuse for its damage.
        Thread thread = new Thread(
                null,
                () -> {
                    work.run();
                    awaitEnd();
                },
                "end-of-stack",
                512 << 10);
        thread.setDaemon(true);
        thread.start();
        work.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        inTime(() -> {
            boolean whole = isWhole(allocator);
            for (long handle : kept) {
                allocator.free(handle);
            }
            if (whole) {
                allocator.checkInvariants();
            }
            allocator.closeEpoch(epoch, Disposition.DISCARD).join();
            allocator.closeEpoch(0, Disposition.DISCARD).join();
            allocator.close();
            return null;
        });
        thread.interrupt();
    }

    /**
     * Whether no damage is left, except that some slots may be in no list and so lost until their epoch ends: see
     * {@link StackReserve#forFastPath}.
     */
    private boolean isWhole(SlabAllocator allocator) {
        try {
            allocator.checkInvariants();
            return true;
        } catch (IllegalStateException e) {
            Matcher slots = SLOTS.matcher(e.getMessage());
            if (!slots.find()) {
                throw e;
            }
            long all = Long.parseUnsignedLong(slots.group(1), 16);
            long found = 0;
            for (int list = 2; list <= slots.groupCount(); list++) {
                long bits = Long.parseUnsignedLong(slots.group(list), 16);
                if ((found & bits) != 0) {
                    throw e;
                }
                found |= bits;
            }
            int lost = Long.bitCount(all & ~found);
            if (lost == 0 || lost > MOST_LOST || !isCompiling()) {
                throw e;
            }
            lostSlots += lost;
            return false;
        }
    }

    private static boolean isCompiling() {
        return !System.getProperty("java.vm.info").contains("interpreted mode");
    }

    private void callOften(Operation operation, int calls) {
        for (int i = 0; i < calls; i++) {
            operation.run();
        }
    }

    /**
     * Recurses to the end of the stack with frames of changing sizes; makes calls on the way there, or on the way back.
     */
    private void descend(Operation operation, int more, boolean onTheWayDown, int frames) {
        if (more > 0) {
            descend(operation, more - 1, onTheWayDown, frames);
        } else if (onTheWayDown) {
            descendCalling(operation, 0, frames * (SHARE_OF_STACK - 1));
        } else {
            framesFromEnd = 0;
            callAtTheEnd(operation, 0, 0, 0, frames);
        }
    }

    private int framesToTheEnd(Operation operation) {
        try {
            return descendCalling(operation, 0, Integer.MAX_VALUE);
        } catch (StackOverflowError e) {
            return deepest;
        }
    }

    @SuppressWarnings("InfiniteRecursion") // The recursion is to reach the end of the stack.
    private int descendCalling(Operation operation, int depth, int from) {
        deepest = depth;
        if (depth >= from) {
            operation.run();
        }
        return descendCalling(operation, depth + 1, from) + 1;
    }

    @SuppressWarnings("InfiniteRecursion") // As above.
    private long callAtTheEnd(Operation operation, long a, long b, long c, int frames) {
        long answer;
        try {
            answer = callAtTheEnd(operation, a + 1, b + a, c + b, frames) + a;
        } catch (StackOverflowError e) {
            answer = b;
        }
        framesFromEnd++;
        if (framesFromEnd < frames) {
            try {
                operation.run();
            } catch (StackOverflowError e) {
                overflows++;
            }
        }
        return answer + c;
    }

    private static void awaitEnd() {
        try {
            Thread.sleep(Long.MAX_VALUE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void inTime(Callable<Void> action) throws Exception {
        FutureTask<Void> task = new FutureTask<>(action);
        Thread.ofPlatform().daemon().start(task);
        task.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
}
