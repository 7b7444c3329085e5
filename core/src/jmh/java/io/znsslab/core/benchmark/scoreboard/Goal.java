package io.znsslab.core.benchmark.scoreboard;

import java.math.BigDecimal;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * A figure that is to be reached.
 *
 * @param name what it is of, with its unit
 * @param kind whether less is better
 * @param limit the figure
 * @param stretch a better one that is hoped for; NaN for none
 * @param measured takes it from what was measured; empty if that is missing
 */
record Goal(String name, Kind kind, double limit, double stretch, Function<Figures, OptionalDouble> measured) {
    /** Which side of the limit is good. */
    enum Kind {
        /** Less is better. */
        AT_MOST,
        /** More is better. */
        AT_LEAST
    }

    /** How it went. */
    enum Verdict {
        /** As good as the limit or better. */
        REACHED,
        /** Worse. */
        MISSED,
        /** Something that it takes is missing. */
        NOT_MEASURED
    }

    static Goal atMost(String name, double limit, Function<Figures, OptionalDouble> measured) {
        return new Goal(name, Kind.AT_MOST, limit, Double.NaN, measured);
    }

    static Goal atLeast(String name, double limit, Function<Figures, OptionalDouble> measured) {
        return new Goal(name, Kind.AT_LEAST, limit, Double.NaN, measured);
    }

    Goal stretch(double better) {
        return new Goal(name, kind, limit, better, measured);
    }

    Verdict verdict(Figures figures) {
        OptionalDouble value = measured.apply(figures);
        if (value.isEmpty()) {
            return Verdict.NOT_MEASURED;
        }
        return reaches(value.getAsDouble(), limit) ? Verdict.REACHED : Verdict.MISSED;
    }

    /** The figure beside its limit. */
    String explain(Figures figures) {
        OptionalDouble value = measured.apply(figures);
        String limits = (kind == Kind.AT_MOST ? "at most " : "at least ") + bound(limit);
        if (!Double.isNaN(stretch)) {
            limits += value.isPresent() && reaches(value.getAsDouble(), stretch)
                    ? ", stretch " + bound(stretch) + " reached"
                    : ", stretch " + bound(stretch);
        }
        return (value.isPresent() ? number(value.getAsDouble()) : "-") + " (" + limits + ")";
    }

    private boolean reaches(double value, double bound) {
        return kind == Kind.AT_MOST ? value <= bound : value >= bound;
    }

    /** As it was set, without zeros that say nothing. */
    private static String bound(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private static String number(double value) {
        return TextTable.number(value);
    }
}
