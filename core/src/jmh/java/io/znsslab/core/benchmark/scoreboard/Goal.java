package io.znsslab.core.benchmark.scoreboard;

import java.math.BigDecimal;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * A goal for a figure.
 *
 * @param name the figure's name, with its unit
 * @param kind whether less is better
 * @param limit the value to reach
 * @param stretch a better value to hope for; NaN for none
 * @param measured computes the value from the figures; empty if one of them is missing
 */
record Goal(String name, Kind kind, double limit, double stretch, Function<Figures, OptionalDouble> measured) {
    /** Which side of the limit is good. */
    enum Kind {
        /** Less is better. */
        AT_MOST,
        /** More is better. */
        AT_LEAST
    }

    /** The result. */
    enum Verdict {
        /** As good as the limit, or better. */
        REACHED,
        /** Worse than the limit. */
        MISSED,
        /** A figure that it needs is missing. */
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

    /** The value to reach, and the better value to hope for. */
    String target() {
        return (kind == Kind.AT_MOST ? "at most " : "at least ")
                + bound(limit)
                + (Double.isNaN(stretch) ? "" : ", stretch " + bound(stretch));
    }

    /** The measured value; "-" if it is missing. */
    String figure(Figures figures) {
        OptionalDouble value = measured.apply(figures);
        return value.isPresent() ? TextTable.number(value.getAsDouble()) : "-";
    }

    /** Whether the goal is reached, in words. */
    String met(Figures figures) {
        OptionalDouble value = measured.apply(figures);
        return switch (verdict(figures)) {
            case REACHED ->
                !Double.isNaN(stretch) && reaches(value.orElseThrow(), stretch) ? "yes, and the stretch" : "yes";
            case MISSED -> "NO";
            case NOT_MEASURED -> "not measured";
        };
    }

    private boolean reaches(double value, double bound) {
        return kind == Kind.AT_MOST ? value <= bound : value >= bound;
    }

    /** The value as it was set, without needless zeros. */
    private static String bound(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
