package io.znsslab.cli.bench.contestant;

import java.lang.invoke.MethodHandles;

/** Pairs of an allocation and a free. Used in copies, one for each contestant. */
final class UntimedLoop implements WorkLoop {
    private static final ObjectMemory MEMORY = ClassCopy.data(MethodHandles.lookup(), ObjectMemory.class);
    private static final int BATCH = 1_000;

    /** For {@link io.znsslab.cli.bench.contestant.ClassCopy}. */
    UntimedLoop() {}

    @Override
    public void begin(Work work) {
        if (work.pattern == Pattern.CHURN) {
            for (int place = 0; place < work.objects.length; place++) {
                fill(work, place);
            }
        }
    }

    @Override
    public int batch(Work work) {
        return switch (work.pattern) {
            case PAIRS -> pairs(work);
            case FILL_DRAIN -> fillAndDrain(work);
            case CHURN -> churn(work);
        };
    }

    @Override
    public void end(Work work) {
        if (work.pattern == Pattern.CHURN) {
            for (long object : work.objects) {
                MEMORY.free(object);
            }
        }
    }

    private static int pairs(Work work) {
        int[] sizes = work.sizes;
        for (int pair = 0; pair < BATCH; pair++) {
            MEMORY.free(MEMORY.allocate(sizes[pair % sizes.length]));
        }
        return BATCH;
    }

    private static int fillAndDrain(Work work) {
        for (int place = 0; place < work.objects.length; place++) {
            work.objects[place] = MEMORY.allocate(work.sizes[place]);
        }
        for (int place : work.order) {
            MEMORY.free(work.objects[place]);
        }
        return work.objects.length;
    }

    private static int churn(Work work) {
        for (int pair = 0; pair < BATCH; pair++) {
            work.random = Shuffle.next(work.random);
            int place = Shuffle.below(work.random, work.objects.length);
            long object = work.objects[place];
            if (MEMORY.read(object) != place) {
                throw new IllegalStateException("object %d held %d".formatted(place, MEMORY.read(object)));
            }
            MEMORY.free(object);
            fill(work, place);
        }
        return BATCH;
    }

    private static void fill(Work work, int place) {
        long object = MEMORY.allocate(work.sizes[place]);
        MEMORY.write(object, place);
        work.objects[place] = object;
    }
}
