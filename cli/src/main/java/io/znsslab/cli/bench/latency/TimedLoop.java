package io.znsslab.cli.bench.latency;

import static io.znsslab.cli.bench.latency.Times.record;

import io.znsslab.cli.bench.contestant.ClassCopy;
import io.znsslab.cli.bench.contestant.ObjectMemory;
import io.znsslab.cli.bench.contestant.Pattern;
import io.znsslab.cli.bench.contestant.Shuffle;
import java.lang.invoke.MethodHandles;
import org.HdrHistogram.Histogram;

/**
 * Times one thread's operations. Kinds of section alternate, so that all meet the same conditions: an empty one beside
 * an operation that is not timed, and one around an operation. Of objects that live on, the payload is written after
 * the allocation and read before the free, outside of the timed section.
 *
 * <p>Used in copies, one for each contestant.
 */
final class TimedLoop implements LatencyLoop {
    private static final ObjectMemory MEMORY = ClassCopy.data(MethodHandles.lookup(), ObjectMemory.class);
    private static final int TURN = 1_000;

    private LatencyPlan plan;
    private Histogram clock;
    private Histogram allocate;
    private Histogram free;
    private int[] sizes;
    private int[] order;
    private long[] objects;
    private int random;

    /** For {@link io.znsslab.cli.bench.contestant.ClassCopy}. */
    TimedLoop() {}

    @Override
    public void begin(LatencyPlan asked, Times times) {
        plan = asked;
        clock = times.clock;
        allocate = times.allocate;
        free = times.free;
        sizes = plan.sizes().sequence(plan.live(), plan.seed());
        order = Shuffle.of(plan.live(), plan.seed());
        objects = new long[plan.live()];
        random = (int) plan.seed() | 1;
        if (plan.pattern() == Pattern.CHURN) {
            for (int place = 0; place < objects.length; place++) {
                fill(place);
            }
        }
    }

    @Override
    public void turn() {
        switch (plan.pattern()) {
            case PAIRS -> {
                timeClockBesidePairs();
                timePairs();
            }
            case FILL_DRAIN -> {
                timeClockBesideFilling();
                timeFilling();
            }
            case CHURN -> {
                timeClockBesideChurn();
                timeFreesOfChurn();
                timeAllocationsOfChurn();
            }
        }
    }

    @Override
    public void end() {
        if (plan.pattern() == Pattern.CHURN) {
            for (long object : objects) {
                MEMORY.free(object);
            }
        }
    }

    private void fill(int place) {
        long object = MEMORY.allocate(sizes[place]);
        MEMORY.write(object, place);
        objects[place] = object;
    }

    private void check(int place) {
        long value = MEMORY.read(objects[place]);
        if (value != place) {
            throw new IllegalStateException("object %d held %d".formatted(place, value));
        }
    }

    private void timeClockBesidePairs() {
        for (int pair = 0; pair < TURN; pair++) {
            int bytes = sizes[pair % sizes.length];
            long start = System.nanoTime();
            record(clock, start);
            MEMORY.free(MEMORY.allocate(bytes));
        }
    }

    private void timePairs() {
        for (int pair = 0; pair < TURN; pair++) {
            int bytes = sizes[pair % sizes.length];
            long start = System.nanoTime();
            long object = MEMORY.allocate(bytes);
            record(allocate, start);
            start = System.nanoTime();
            MEMORY.free(object);
            record(free, start);
        }
    }

    private void timeClockBesideFilling() {
        for (int place = 0; place < objects.length; place++) {
            long start = System.nanoTime();
            record(clock, start);
            fill(place);
        }
        for (int place : order) {
            check(place);
            long start = System.nanoTime();
            record(clock, start);
            MEMORY.free(objects[place]);
        }
    }

    private void timeFilling() {
        for (int place = 0; place < objects.length; place++) {
            int bytes = sizes[place];
            long start = System.nanoTime();
            long object = MEMORY.allocate(bytes);
            record(allocate, start);
            MEMORY.write(object, place);
            objects[place] = object;
        }
        for (int place : order) {
            check(place);
            long object = objects[place];
            long start = System.nanoTime();
            MEMORY.free(object);
            record(free, start);
        }
    }

    private int nextPlace() {
        random = Shuffle.next(random);
        return Shuffle.below(random, objects.length);
    }

    private void timeClockBesideChurn() {
        for (int section = 0; section < TURN; section++) {
            int place = nextPlace();
            check(place);
            long start = System.nanoTime();
            record(clock, start);
            MEMORY.free(objects[place]);
            fill(place);
        }
    }

    private void timeFreesOfChurn() {
        for (int section = 0; section < TURN; section++) {
            int place = nextPlace();
            check(place);
            long object = objects[place];
            long start = System.nanoTime();
            MEMORY.free(object);
            record(free, start);
            fill(place);
        }
    }

    private void timeAllocationsOfChurn() {
        for (int section = 0; section < TURN; section++) {
            int place = nextPlace();
            check(place);
            MEMORY.free(objects[place]);
            int bytes = sizes[place];
            long start = System.nanoTime();
            long object = MEMORY.allocate(bytes);
            record(allocate, start);
            MEMORY.write(object, place);
            objects[place] = object;
        }
    }
}
