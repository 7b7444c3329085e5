package io.znsslab.cli.demo;

import io.znsslab.cli.demo.Checking.TierShare;
import io.znsslab.cli.demo.live.Latencies.Distribution;
import io.znsslab.cli.demo.live.Moment;
import io.znsslab.cli.device.ZoneListing;
import io.znsslab.tier.TierStatistics;
import io.znsslab.tier.device.DeviceGeometry;
import java.util.List;
import java.util.Optional;

/**
 * All that a run of the tiering demo found out, for people and for programs. Sizes are bytes, times nanoseconds.
 *
 * @param passed whether every check held
 * @param latencies of each operation that happened
 * @param timeline moments of the run, about evenly spread
 */
record TieringReport(
        boolean passed,
        Device device,
        Work work,
        Tiers tiers,
        Checks checks,
        Memory memory,
        Writing demoted,
        Writing writing,
        Times times,
        InputFileResult input,
        List<Distribution> latencies,
        List<Moment> timeline,
        List<ZoneListing.Zone> zones) {

    /**
     * The device that was used.
     *
     * @param chosen which and why, as the run's first line says it
     */
    record Device(String chosen, String path, String kind, DeviceGeometry geometry) {}

    /**
     * What was done.
     *
     * @param issued handles issued
     * @param bytes of all objects stored
     * @param objectSize the range of generated sizes; null for a file
     */
    record Work(
            long issued,
            long bytes,
            long epochs,
            long hotEpochs,
            long coldEpochs,
            long discardedEpochs,
            long seed,
            String objectSize) {
        static Work of(TieringTask task, Filling filling) {
            EpochPlan plan = task.plan();
            return new Work(
                    filling.handles().size(),
                    filling.bytes(),
                    filling.epochs().size(),
                    filling.epochsIn(FilledEpoch.State.OPEN),
                    filling.epochsIn(FilledEpoch.State.COLD),
                    filling.epochsIn(FilledEpoch.State.DISCARDED),
                    plan.seed(),
                    task.file() == null ? task.sizes().toString() : null);
        }
    }

    /** Where the objects are in the end; {@code freedEarly} while filling, the others after their epoch's closing. */
    record Tiers(
            TierShare resident, TierShare cold, long freedEarly, long freedResident, long freedCold, long discarded) {}

    /**
     * What was checked.
     *
     * @param promoted cold objects that were brought to DRAM to be compared, and then demoted again
     * @param blkzone {@code agrees}, {@code differs}, or why it was not asked
     */
    record Checks(
            long live,
            long stale,
            long wrong,
            List<String> complaints,
            long promoted,
            String blkzone,
            List<String> zoneDifferences) {
        /** @param blkzone what blkzone sees otherwise than we do; empty where it could not be asked */
        static Checks of(Checking.Result result, Optional<List<String>> blkzone) {
            return new Checks(
                    result.resident().objects() + result.cold().objects(),
                    result.stale(),
                    result.wrong(),
                    result.complaints(),
                    result.promoted(),
                    blkzone.map(differences -> differences.isEmpty() ? "agrees" : "differs")
                            .orElse("not asked"),
                    blkzone.orElse(List.of()));
        }

        boolean passed() {
            return wrong == 0 && zoneDifferences.isEmpty();
        }
    }

    /** The arena's limit, and its resident pages before and after the cold epochs closed. */
    record Memory(long limit, long rssBefore, long rssAfter, long processRss) {}

    /**
     * What the device was given so far: by the cold epochs' closing, and in the whole run.
     *
     * @param slabBytes slab images demoted
     * @param writtenBytes all that was written for that
     * @param zonesUsed zones with data at that moment
     * @param zoneResets zones whose slabs were all dead, and that were emptied
     */
    record Writing(
            long slabs, long slabBytes, long writtenBytes, double writeAmplification, int zonesUsed, long zoneResets) {
        static Writing of(TierStatistics statistics) {
            return new Writing(
                    statistics.slabsDemoted(),
                    statistics.writes().bytes().imageBytes(),
                    statistics.bytesWritten(),
                    statistics.hostWriteAmplification(),
                    statistics.zones().inUse(),
                    statistics.zones().resets());
        }
    }

    record Times(long fill, long close, long check) {}

    /** A file that was stored and put together again. */
    record InputFileResult(String path, long bytes, String sha256, long rebuiltBytes, String rebuiltSha256) {
        static InputFileResult of(InputFile file, LinesOfFile lines) {
            return new InputFileResult(
                    file.path().toString(),
                    file.sizeBytes(),
                    lines.originalSha256(),
                    lines.rebuiltBytes(),
                    lines.rebuiltSha256());
        }
    }
}
