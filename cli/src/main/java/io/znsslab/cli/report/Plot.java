package io.znsslab.cli.report;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** A plot of a page. Immutable; plots without a single point are drawn as a line that says so. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Plot.Lines.class, name = "lines"),
    @JsonSubTypes.Type(value = Plot.Bars.class, name = "bars"),
    @JsonSubTypes.Type(value = Plot.HeatMap.class, name = "heat_map")
})
public sealed interface Plot {
    /** Above the plot; no two plots of a page have the same. */
    String title();

    /** A sentence below the plot: what is seen in it. */
    String caption();

    /** How an axis is divided. */
    enum Scale {
        LINEAR,
        /** For positive values only; what is smaller than the smallest positive one is drawn at that. */
        LOGARITHMIC,
        /** As logarithmic, for durations in nanoseconds, which the ticks show in ns, µs, ms and s. */
        NANOSECONDS,
        /** Percentiles, 0 to 100, each further nine as wide as the one before. */
        PERCENTILES
    }

    /**
     * An axis.
     *
     * @param label what it shows, with the unit
     */
    record Axis(String label, Scale scale) {
        /** A linear axis. */
        public static Axis of(String label) {
            return new Axis(label, Scale.LINEAR);
        }
    }

    /**
     * Points of one kind, joined in their order.
     *
     * @param name in the legend; no two series of a plot have the same
     * @param x as many as {@code y}
     */
    record Series(String name, List<Double> x, List<Double> y) {
        public Series {
            x = List.copyOf(x);
            y = List.copyOf(y);
            if (x.size() != y.size()) {
                throw new IllegalArgumentException(
                        "series '%s': %d values of x and %d of y".formatted(name, x.size(), y.size()));
            }
        }
    }

    /** Curves. */
    record Lines(String title, String caption, Axis x, Axis y, List<Series> series) implements Plot {
        public Lines {
            series = List.copyOf(series);
        }
    }

    /**
     * Groups of bars.
     *
     * @param categories a group each
     * @param bars by the name in the legend: a bar of each group
     */
    record Bars(String title, String caption, List<String> categories, Axis y, List<Heights> bars) implements Plot {
        public Bars {
            categories = List.copyOf(categories);
            bars = List.copyOf(bars);
            for (Heights heights : bars) {
                if (heights.values().size() != categories.size()) {
                    throw new IllegalArgumentException("bars '%s': %d values in %d categories"
                            .formatted(heights.name(), heights.values().size(), categories.size()));
                }
            }
        }
    }

    /** The bars of one colour, one in each category. */
    record Heights(String name, List<Double> values) {
        public Heights {
            values = List.copyOf(values);
        }
    }

    /**
     * A grid of cells, whose colour says a share, in percent.
     *
     * @param columns labels of the columns, from left to right
     * @param rows labels of the rows, from the bottom up
     * @param shares by column and row, each 0 to 1
     * @param x what the columns are
     * @param y what the rows are
     */
    record HeatMap(
            String title,
            String caption,
            List<String> columns,
            List<String> rows,
            List<List<Double>> shares,
            String x,
            String y)
            implements Plot {
        public HeatMap {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
            shares = shares.stream().map(List::copyOf).toList();
        }
    }
}
