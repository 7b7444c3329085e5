package io.znsslab.cli.store;

import io.znsslab.cli.terminal.Figures;
import io.znsslab.tier.inspect.Damage;
import io.znsslab.tier.inspect.Verification;
import java.io.PrintWriter;
import java.util.List;

/**
 * Something on a device that is not as it was written, for programs.
 *
 * @param what the kind of block
 * @param loses whether objects are lost by it
 * @param offset device offset
 * @param epoch the epoch of a slab; null for another block
 * @param slab the id of a slab; null for another block
 * @param objects live objects that can't be read any more
 */
record DamageReport(
        String what, boolean loses, int zone, long offset, Long epoch, Long slab, int objects, String reason) {
    static DamageReport of(Damage damage) {
        return new DamageReport(
                StoreInspectCommand.word(damage.what()),
                damage.isLoss(),
                damage.zone(),
                damage.offsetBytes(),
                damage.epoch() < 0 ? null : damage.epoch(),
                damage.slabId() < 0 ? null : damage.slabId(),
                damage.objects(),
                damage.reason());
    }

    static List<DamageReport> of(List<Damage> damages) {
        return damages.stream().map(DamageReport::of).toList();
    }

    /** Prints what was read, and a line for each damage and loss. */
    static void print(PrintWriter out, String device, Verification found) {
        out.println("read     " + Figures.bytes(found.bytesRead()) + " of " + device + " in "
                + Figures.duration(found.nanos()) + " (" + Figures.rate(found.bytesRead(), found.nanos()) + ")");
        out.println("slabs    " + Figures.count(found.slabs()) + " live, in " + Figures.count(found.extents(), "extent")
                + "; " + Figures.count(found.objects(), "object") + " in sound ones");
        for (Damage damage : found.damages()) {
            out.println("damaged  " + words(damage));
        }
        if (found.damagesLeftOut() > 0) {
            out.println("damaged  (" + Figures.count(found.damagesLeftOut()) + " more places are not listed)");
        }
        LossReport.print(out, LossReport.of(found.losses()));
    }

    private static String words(Damage damage) {
        String place = "zone " + damage.zone() + ", offset " + damage.offsetBytes();
        String what = damage.isLoss()
                ? "slab " + damage.slabId() + " of epoch " + damage.epoch() + " with "
                        + Figures.count(damage.objects(), "object")
                : damage.what().words() + ", without loss of objects";
        return place + ": " + what + ": " + damage.reason();
    }

    /** What is lost, as the beginning of a sentence. */
    static String lost(Verification found) {
        return Figures.count(found.damagedSlabs(), "slab") + " with " + Figures.count(found.damagedObjects(), "object")
                + " can't be read" + (found.losses().isEmpty() ? "" : ", and the store has lost more, see above");
    }
}
