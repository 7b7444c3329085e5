package io.znsslab.tier.scrub;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.ZoneMap;
import io.znsslab.tier.inspect.Damage;
import io.znsslab.tier.inspect.Verification;
import io.znsslab.tier.report.EvacuatedZone;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What can be mended of a store that was verified; see the package's description. Does not change: any thread may use
 * it.
 *
 * <pre>{@code
 * Verification found;
 * try (StoreInspection inspection = StoreInspection.open(path)) {
 *     found = inspection.verify(200 << 20, VerifyProgress.NONE);
 * }
 * StoreScrub scrub = StoreScrub.of(found);
 * if (scrub.isNeeded()) {
 *     ScrubReport report = scrub.mend(tier, MendProgress.NONE); // a tier on that device, with an allocator above it
 * }
 * }</pre>
 */
public final class StoreScrub {
    private static final int MOMENT_MILLIS = 100;

    private final Verification found;
    private final boolean isLogDamaged;

    private StoreScrub(Verification found) {
        this.found = found;
        isLogDamaged = found.damages().stream()
                .anyMatch(damage ->
                        damage.what() == Damage.What.SUPERBLOCK_COPY || damage.what() == Damage.What.LOG_COPY);
    }

    /** What can be mended of what was found. */
    public static StoreScrub of(Verification found) {
        return new StoreScrub(Objects.requireNonNull(found, "found must not be null"));
    }

    /** Whether anything can be mended. */
    public boolean isNeeded() {
        return isLogDamaged || !zones().isEmpty();
    }

    /** Whether copies in the log are damaged, so that the log is to be written anew. */
    public boolean isLogDamaged() {
        return isLogDamaged;
    }

    /** The zones that are to be emptied of the slabs that can be read, by ascending numbers. */
    public List<Integer> zones() {
        return found.zonesToEvacuate();
    }

    /**
     * Mends the store through an open tier, and waits for that. When this returns, what it did is durable. Allocations,
     * demotions and reads may go on meanwhile.
     *
     * @param tier is on the device that was verified, with an allocator above it
     * @throws ZnsSlabException if the log can't be written, if the tier is closed meanwhile, or if the thread is
     *     interrupted. What was moved until then has moved; nothing is lost by that, and another scrub goes on
     * @throws IllegalStateException if the tier is closed, or no allocator is attached
     */
    public ScrubReport mend(ZnsTier tier, MendProgress progress) {
        Objects.requireNonNull(tier, "tier must not be null");
        Objects.requireNonNull(progress, "progress must not be null");
        long began = System.nanoTime();
        List<EvacuatedZone> emptied = zones().isEmpty() ? List.of() : evacuate(tier, progress);
        await(isLogDamaged ? tier.checkpoint() : tier.sync(), () -> {});
        return new ScrubReport(found, isLogDamaged, emptied, System.nanoTime() - began);
    }

    private List<EvacuatedZone> evacuate(ZnsTier tier, MendProgress progress) {
        List<ZoneMap.Entry> before = tier.zoneMap().zones();
        long total =
                zones().stream().mapToLong(zone -> before.get(zone).liveSlabs()).sum();
        long movedBefore = tier.statistics().collection().slabsRelocated();
        return await(tier.evacuate(zones()), () -> {
            long moved = tier.statistics().collection().slabsRelocated() - movedBefore;
            progress.moved(Math.min(moved, total), total);
        });
    }

    private static <T> T await(CompletableFuture<T> future, Runnable eachMoment) {
        try {
            while (true) {
                try {
                    return future.get(MOMENT_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    eachMoment.run();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ZnsSlabException("the mending was interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ZnsSlabException cause
                    ? cause
                    : new ZnsSlabException(
                            "the store could not be mended: "
                                    + future.exceptionNow().getMessage(),
                            e);
        }
    }
}
