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

    /** What is to be reached, and the better figure that is hoped for. */
    String target() {
        return (kind == Kind.AT_MOST ? "at most " : "at least ")
                + bound(limit)
                + (Double.isNaN(stretch) ? "" : ", stretch " + bound(stretch));
    }

    /** The figure; "-" if it is missing. */
    String figure(Figures figures) {
        OptionalDouble value = measured.apply(figures);
        return value.isPresent() ? TextTable.number(value.getAsDouble()) : "-";
    }

    /** Whether it is reached, in words for people. */
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

    /** As it was set, without zeros that say nothing. */
    private static String bound(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
