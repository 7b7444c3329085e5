package io.znsslab.tier.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.HandleFormat;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.tier.ErrorPolicy;
import io.znsslab.tier.device.SimulatedDevice;
import io.znsslab.tier.device.SimulatedFault;
import io.znsslab.tier.device.SimulatedFaults;
import io.znsslab.tier.device.SimulatedMedium;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Throws at each step of writing the log in turn, in calls of the allocator and of the device: waiting operations fail
 * with that throwable, the store goes on, and after an ordinary close or a kill it opens. Acknowledged data is there,
 * and data that was gone when a sync succeeded stays gone.
 */
@ExtendWith(SilentTier.class)
@Timeout(600)
class LogThrowablesIT {
    private static final int OBJECTS = 20;
    private static final int PAYLOAD = 700;

    /** Throwables that any code may meet. */
    enum Thrown {
        HEAP_FULL(() -> new OutOfMemoryError("thrown by the test")),
        STACK_FULL(() -> new StackOverflowError("thrown by the test")),
        ASSERTION(() -> new AssertionError("thrown by the test")),
        NULL_POINTER(() -> new NullPointerException("thrown by the test"));

        @SuppressWarnings("ImmutableEnumChecker") // The lambdas have no state.
        private final Supplier<Throwable> make;

        Thrown(Supplier<Throwable> make) {
            this.make = make;
        }
    }

    /** Counts steps, and throws at one of them. */
    private static final class Steps {
        private final Throwable toThrow;
        private long left = -1;
        private Thread alsoOf;
        private volatile boolean thrown;

        Steps(Throwable toThrow) {
            this.toThrow = toThrow;
        }

        synchronized void arm(long step, Thread closer) {
            left = step;
            alsoOf = closer;
        }

        synchronized void disarm() {
            left = -1;
        }

        synchronized void step() {
            Thread current = Thread.currentThread();
            boolean counts = current == alsoOf || current.getName().equals("zns-slab-log");
            if (left >= 0 && counts && left-- == 0) {
                thrown = true;
                sneak(toThrow);
            }
        }

        @SuppressWarnings("unchecked")
        private static <T extends Throwable> void sneak(Throwable throwable) throws T {
            throw (T) throwable;
        }

        /** The tier, which calls the allocator through these steps. */
        ColdTier before(ColdTier tier) {
            return through(ColdTier.class, (proxy, method, arguments) -> {
                boolean attaches = method.getName().equals("attach");
                return call(tier, method, attaches ? new Object[] {before((ColdSlabs) arguments[0])} : arguments);
            });
        }

        private ColdSlabs before(ColdSlabs slabs) {
            return through(ColdSlabs.class, (proxy, method, arguments) -> {
                step();
                return call(slabs, method, arguments);
            });
        }

        private static Object call(Object target, java.lang.reflect.Method method, Object[] arguments)
                throws Throwable {
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        private static <T> T through(Class<T> type, InvocationHandler handler) {
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
        }
    }

    private final SimulatedMedium medium = Store.newMedium();
    private final List<Long> kept = new ArrayList<>();
    private final List<Long> gone = new ArrayList<>();
    private final List<Long> late = new ArrayList<>();
    private boolean lateIsAcknowledged;

    @ParameterizedTest
    @EnumSource(Thrown.class)
    void aSyncOrADemotionFailsAndTheStoreIsClosed(Thrown what) {
        assertThat(stepsOf(what, false, false)).isGreaterThan(15);
    }

    @ParameterizedTest
    @EnumSource(Thrown.class)
    void aSyncOrADemotionFailsAndTheStoreIsKilled(Thrown what) {
        assertThat(stepsOf(what, false, true)).isGreaterThan(15);
    }

    @ParameterizedTest
    @EnumSource(Thrown.class)
    void closingFails(Thrown what) {
        assertThat(stepsOf(what, true, false)).isGreaterThan(10);
    }

    /** The number of steps to throw at. */
    private static long stepsOf(Thrown what, boolean atClose, boolean kill) {
        for (long step = 0; ; step++) {
            LogThrowablesIT run = new LogThrowablesIT();
            Steps steps = new Steps(what.make.get());
            try {
                run.live(steps, step, atClose, kill);
                run.checkReopened();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("%s thrown at step %d: %s".formatted(what, step, e), e);
            }
            if (!steps.thrown) {
                return step;
            }
        }
    }

    private void live(Steps steps, long step, boolean atClose, boolean kill) {
        SimulatedFaults faults = (operation, zone) -> {
            steps.step();
            return null;
        };
        SimulatedDevice device = new SimulatedDevice(medium, faults, 7);
        Store store = Store.open(device, ErrorPolicy.FAIL, steps::before, HandleFormat.WIDE);
        SlabAllocator allocator = store.allocator;
        storeEpochs(allocator);
        long lateEpoch = allocator.currentEpoch();
        fill(allocator, lateEpoch, late);
        if (!atClose) {
            steps.arm(step, null);
        }
        boolean synced = succeeds(allocator.sync(), steps);
        lateIsAcknowledged = succeeds(allocator.closeEpoch(lateEpoch, Disposition.DEMOTE), steps);
        steps.disarm();
        assertThat(synced && lateIsAcknowledged).isEqualTo(!steps.thrown);
        allocator.sync().join();
        if (kill) {
            device.end(SimulatedFault.KILL);
        } else if (atClose) {
            steps.arm(step, Thread.currentThread());
        }
        try {
            store.close();
        } catch (RuntimeException e) {
            assertThat(kill).as("closing threw %s", e).isTrue();
        }
        device.end(SimulatedFault.KILL);
    }

    /** Makes one epoch that is kept, one of which half is freed, and one that is discarded. */
    private void storeEpochs(SlabAllocator allocator) {
        List<Long> halfOfThem = new ArrayList<>();
        List<Long> discarded = new ArrayList<>();
        long epoch = 0;
        for (List<Long> handles : List.of(kept, halfOfThem, discarded)) {
            epoch = allocator.currentEpoch();
            fill(allocator, epoch, handles);
            allocator.advanceEpoch();
            allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        }
        // The last epoch.
        allocator.closeEpoch(epoch, Disposition.DISCARD).join();
        for (int i = 0; i < OBJECTS; i++) {
            if (i < OBJECTS / 2) {
                assertThat(allocator.free(halfOfThem.get(i))).isTrue();
            }
            (i < OBJECTS / 2 ? gone : kept).add(halfOfThem.get(i));
        }
        gone.addAll(discarded);
    }

    private static void fill(SlabAllocator allocator, long epoch, List<Long> handles) {
        for (int i = 0; i < OBJECTS; i++) {
            long handle = allocator.allocate(PAYLOAD, epoch);
            Oracle.fill(handle, allocator.resolve(handle), PAYLOAD);
            handles.add(handle);
        }
    }

    /** Whether it succeeds; otherwise it must have failed with the thrown one. */
    private static boolean succeeds(CompletableFuture<?> future, Steps steps) {
        try {
            future.join();
            return true;
        } catch (CompletionException e) {
            assertThat(e).hasRootCause(steps.toThrow);
            return false;
        }
    }

    private void checkReopened() {
        try (Store store = Store.open(medium, SimulatedFaults.NONE, 8)) {
            assertThat(store.tier.recovery().losses()).isEmpty();
            assertThat(there(store.allocator, kept)).isEqualTo(kept.size());
            assertThat(there(store.allocator, gone)).isZero();
            long lateOnes = there(store.allocator, late);
            assertThat(lateOnes).isIn(lateIsAcknowledged ? List.of(20L) : List.of(0L, 20L));
            store.allocator.checkInvariants();
        }
    }

    private static long there(SlabAllocator allocator, List<Long> handles) {
        return handles.stream()
                .filter(handle -> allocator.tierOf(handle) != null)
                .count();
    }
}
