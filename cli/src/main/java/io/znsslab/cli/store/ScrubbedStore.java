package io.znsslab.cli.store;

import io.znsslab.cli.terminal.Figures;
import io.znsslab.tier.inspect.Damage;
import io.znsslab.tier.inspect.StoreOverview;
import io.znsslab.tier.inspect.Verification;
import io.znsslab.tier.report.EvacuatedZone;
import io.znsslab.tier.report.EvacuatedZone.Outcome;
import io.znsslab.tier.scrub.ScrubReport;
import java.io.PrintWriter;
import java.util.List;

/**
 * What a scrub has found and mended, for programs.
 *
 * @param sound whether everything is as it was written by now
 * @param mending null if nothing was mended
 */
record ScrubbedStore(
        String device,
        String store,
        boolean sound,
        long bytesRead,
        double seconds,
        long slabs,
        long objects,
        long extents,
        long damagedSlabs,
        long damagedObjects,
        List<Place> damages,
        long damagesLeftOut,
        List<LossReport> losses,
        Mending mending) {
    /** A damage, and whether it is gone by now. */
    record Place(
            String what,
            boolean loses,
            boolean mended,
            int zone,
            long offset,
            Long epoch,
            Long slab,
            int objects,
            String reason) {
        static Place of(Damage damage, boolean mended) {
            DamageReport place = DamageReport.of(damage);
            return new Place(
                    place.what(),
                    place.loses(),
                    mended,
                    place.zone(),
                    place.offset(),
                    place.epoch(),
                    place.slab(),
                    place.objects(),
                    place.reason());
        }
    }

    /** What was written for it. */
    record Mending(double seconds, boolean logRewritten, long slabsMoved, List<Zone> zones) {}

    /** A zone that was to be emptied. */
    record Zone(int zone, String outcome, long slabsMoved, long slabsLeft, String reason) {
        static Zone of(EvacuatedZone zone) {
            return new Zone(
                    zone.zone(),
                    StoreInspectCommand.word(zone.outcome()),
                    zone.slabsMoved(),
                    zone.slabsLeft(),
                    zone.reason().isEmpty() ? null : zone.reason());
        }
    }

    static ScrubbedStore of(StoreOverview store, ScrubReport report) {
        Verification found = report.found();
        return new ScrubbedStore(
                store.device(),
                store.store().id().toString(),
                report.isSound(),
                found.bytesRead(),
                found.nanos() / 1e9,
                found.slabs(),
                found.objects(),
                found.extents(),
                found.damagedSlabs(),
                found.damagedObjects(),
                found.damages().stream()
                        .map(damage -> Place.of(damage, report.isMended(damage)))
                        .toList(),
                found.damagesLeftOut(),
                LossReport.of(found.losses()),
                hasMended(report)
                        ? new Mending(
                                report.nanos() / 1e9,
                                report.isLogRewritten(),
                                report.slabsMoved(),
                                report.zones().stream().map(Zone::of).toList())
                        : null);
    }

    private static boolean hasMended(ScrubReport report) {
        return report.isLogRewritten() || !report.zones().isEmpty();
    }

    /** Prints what was mended, behind what was found. */
    static void print(PrintWriter out, ScrubReport report) {
        for (EvacuatedZone zone : report.zones()) {
            boolean isEmpty = zone.outcome() == Outcome.EMPTIED;
            String moved = Figures.count(zone.slabsMoved(), "slab") + " moved elsewhere";
            out.println((isEmpty ? "mended   zone " : "left     zone ") + zone.zone() + ": " + moved
                    + (isEmpty
                            ? ", nothing of the store is left in it"
                            : ", " + Figures.count(zone.slabsLeft()) + " left in it: " + zone.reason()));
        }
        if (report.isLogRewritten()) {
            out.println("mended   the log is written anew, in other zones");
        }
        out.println("result   " + result(report));
    }

    private static String result(ScrubReport report) {
        Verification found = report.found();
        if (found.isSound()) {
            return "sound: every checksum and identity is right, there is nothing to mend";
        }
        if (report.isSound()) {
            return "mended: nothing is lost, and nothing that counts is damaged any more";
        }
        long unmended = found.damages().stream()
                        .filter(damage -> !damage.isLoss() && !report.isMended(damage))
                        .count()
                + found.damagesLeftOut();
        boolean isLost = found.damagedSlabs() > 0 || !found.losses().isEmpty();
        String lost = isLost ? DamageReport.lost(found) : "nothing is lost";
        String rest = unmended > 0
                ? "; not mended: " + Figures.count(unmended, "place")
                : hasMended(report) ? "; the rest is mended" : "";
        return "damaged: " + lost + rest;
    }
}
