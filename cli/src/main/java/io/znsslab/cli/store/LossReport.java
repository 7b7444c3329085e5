package io.znsslab.cli.store;

import io.znsslab.cli.terminal.Figures;
import io.znsslab.tier.report.Loss;
import java.io.PrintWriter;
import java.util.List;

/**
 * Data that was on a device and is gone, for programs.
 *
 * @param zone the zone that is the reason; null for none
 * @param epoch the epoch that is concerned; null where that is not known, or several are
 * @param slabs slabs that are lost; 0 where that is not known
 * @param objects live objects in them
 */
record LossReport(Integer zone, Long epoch, long slabs, long objects, String reason) {
    static List<LossReport> of(List<Loss> losses) {
        return losses.stream()
                .map(loss -> new LossReport(
                        loss.zone() < 0 ? null : loss.zone(),
                        loss.epoch() < 0 ? null : loss.epoch(),
                        loss.slabs(),
                        loss.objects(),
                        loss.reason()))
                .toList();
    }

    /** Prints a line for each loss. */
    static void print(PrintWriter out, List<LossReport> losses) {
        for (LossReport loss : losses) {
            out.println("lost     " + (loss.zone == null ? "" : "zone " + loss.zone + ": ")
                    + (loss.slabs == 0
                            ? ""
                            : Figures.count(loss.slabs, "slab") + " with " + Figures.count(loss.objects, "object")
                                    + (loss.epoch == null ? "" : " of epoch " + loss.epoch) + ": ")
                    + loss.reason);
        }
    }
}
