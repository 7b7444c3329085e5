package io.znsslab.cli.report;

import io.znsslab.cli.report.Plot.Axis;
import io.znsslab.cli.report.Plot.Bars;
import io.znsslab.cli.report.Plot.HeatMap;
import io.znsslab.cli.report.Plot.Heights;
import io.znsslab.cli.report.Plot.Lines;
import io.znsslab.cli.report.Plot.Scale;
import io.znsslab.cli.report.Plot.Series;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.IChart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Makes a chart of XChart's from a plot: how plots look is decided here. */
final class PlotDrawing {
    /** The size of every plot, in pixels. */
    static final int WIDTH = 960;

    private static final int HEIGHT = 360;
    private static final int HEIGHT_OF_HEAT_MAP = 480;

    /** A curve of more points is drawn without a mark at each. */
    private static final int MOST_MARKS = 40;

    private static final Color GRID = new Color(0xdd, 0xdd, 0xdd);
    private static final Color FINE_GRID = new Color(0xf2, 0xf2, 0xf2);
    private static final Color TEXT = new Color(0x22, 0x22, 0x22);
    /** From nothing to all: white to dark blue, which are told apart also without seeing colours. */
    private static final Color[] SHARES = {
        new Color(0xf7, 0xfb, 0xff),
        new Color(0xc6, 0xdb, 0xef),
        new Color(0x6b, 0xae, 0xd6),
        new Color(0x08, 0x45, 0x94)
    };

    /** Told apart also by those who see fewer colours: the palette of Okabe and Ito. */
    private static final Color[] SERIES = {
        new Color(0x00, 0x72, 0xb2),
        new Color(0xe6, 0x9f, 0x00),
        new Color(0x00, 0x9e, 0x73),
        new Color(0xd5, 0x5e, 0x00),
        new Color(0xcc, 0x79, 0xa7),
        new Color(0x56, 0xb4, 0xe9),
        new Color(0x00, 0x00, 0x00)
    };

    private static final double LAST_NINE = 1e7;

    private PlotDrawing() {}

    /** Whether there is nothing to draw. */
    static boolean isEmpty(Plot plot) {
        return switch (plot) {
            case Lines lines ->
                lines.series().stream().allMatch(series -> series.x().isEmpty());
            case Bars bars -> bars.categories().isEmpty() || bars.bars().isEmpty();
            case HeatMap map -> map.columns().isEmpty() || map.rows().isEmpty();
        };
    }

    /** The chart of a plot that is not empty. */
    static IChart of(Plot plot) {
        return switch (plot) {
            case Lines lines -> lines(lines);
            case Bars bars -> bars(bars);
            case HeatMap map -> heatMap(map);
        };
    }

    private static IChart lines(Lines plot) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(plot.title())
                .xAxisTitle(plot.x().label())
                .yAxisTitle(plot.y().label())
                .build();
        List<Series> drawn =
                plot.series().stream().filter(series -> !series.x().isEmpty()).toList();
        style(chart.getStyler(), drawn.size() > 1);
        double leastX = leastPositive(
                drawn.stream().flatMap(series -> series.x().stream()).toList());
        double leastY = leastPositive(
                drawn.stream().flatMap(series -> series.y().stream()).toList());
        for (Series series : drawn) {
            double[] y = onAxis(plot.y(), series.y(), leastY);
            XYSeries line = chart.addSeries(series.name(), onAxis(plot.x(), series.x(), leastX), y);
            line.setMarker(y.length > MOST_MARKS ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
        }
        if (plot.x().scale() != Scale.LINEAR || plot.y().scale() != Scale.LINEAR) {
            chart.getStyler().setPlotGridLinesColor(FINE_GRID); // there is a line for each ninth of a decade
        }
        scaleX(chart.getStyler(), plot.x());
        scaleY(chart.getStyler(), plot.y(), drawn, leastY);
        return chart;
    }

    private static double leastPositive(List<Double> values) {
        return values.stream()
                .mapToDouble(Double::doubleValue)
                .filter(value -> value > 0)
                .min()
                .orElse(1);
    }

    private static double[] onAxis(Axis axis, List<Double> values, double least) {
        DoubleStream all = values.stream().mapToDouble(Double::doubleValue);
        return switch (axis.scale()) {
            case LINEAR -> all.toArray();
            case LOGARITHMIC, NANOSECONDS ->
                all.map(value -> Math.max(value, least)).toArray();
            case PERCENTILES ->
                all.map(percentile -> Math.min(LAST_NINE, 100 / Math.max(100 / LAST_NINE, 100 - percentile)))
                        .toArray();
        };
    }

    private static void scaleX(AxesChartStyler styler, Axis axis) {
        styler.setXAxisLogarithmic(axis.scale() != Scale.LINEAR);
        Function<Double, String> labels = labelsOf(axis.scale());
        if (labels != null) {
            styler.setXAxisTickLabelsFormattingFunction(labels);
        }
    }

    /** A logarithmic axis spans whole decades, a linear one begins at 0. */
    private static void scaleY(AxesChartStyler styler, Axis axis, List<Series> drawn, double least) {
        double most = drawn.stream()
                .flatMap(series -> series.y().stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        if (axis.scale() == Scale.LINEAR) {
            styler.setYAxisMin(Math.min(0.0, lowest(drawn)));
            styler.setYAxisMax(most > 0 ? most * 1.05 : 1.0);
            return;
        }
        styler.setYAxisLogarithmic(true);
        double floor = Math.pow(10, Math.floor(Math.log10(least)));
        styler.setYAxisMin(floor);
        styler.setYAxisMax(Math.max(10 * floor, Math.pow(10, Math.ceil(Math.log10(Math.max(most, least))))));
        Function<Double, String> labels = labelsOf(axis.scale());
        if (labels != null) {
            styler.setYAxisTickLabelsFormattingFunction(labels);
        }
    }

    private static double lowest(List<Series> drawn) {
        return drawn.stream()
                .flatMap(series -> series.y().stream())
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(0);
    }

    private static Function<Double, String> labelsOf(Scale scale) {
        return switch (scale) {
            case NANOSECONDS -> PlotDrawing::duration;
            case PERCENTILES -> PlotDrawing::percentile;
            case LINEAR, LOGARITHMIC -> null;
        };
    }

    /** A power of ten of nanoseconds, or what lies between two of them. */
    static String duration(double nanos) {
        if (nanos >= 1e9) {
            return number(nanos / 1e9) + " s";
        }
        if (nanos >= 1e6) {
            return number(nanos / 1e6) + " ms";
        }
        return nanos >= 1e3 ? number(nanos / 1e3) + " µs" : number(nanos) + " ns";
    }

    /** The percentile at which one of so many is left. */
    static String percentile(double oneOf) {
        return number(100 - 100 / oneOf) + " %";
    }

    private static String number(double value) {
        String digits = String.format(Locale.ROOT, "%.5f", value);
        return digits.replaceAll("\\.?0+$", "");
    }

    private static IChart bars(Bars plot) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(plot.title())
                .yAxisTitle(plot.y().label())
                .build();
        style(chart.getStyler(), plot.bars().size() > 1);
        List<Double> all = plot.bars().stream()
                .flatMap(heights -> heights.values().stream())
                .toList();
        double least = leastPositive(all);
        for (Heights heights : plot.bars()) {
            List<Double> values = new ArrayList<>();
            for (double value : onAxis(plot.y(), heights.values(), least)) {
                values.add(value);
            }
            chart.addSeries(heights.name(), plot.categories(), values);
        }
        scaleY(chart.getStyler(), plot.y(), List.of(new Series("all", all, all)), least);
        return chart;
    }

    private static IChart heatMap(HeatMap plot) {
        HeatMapChart chart = new HeatMapChartBuilder()
                .width(WIDTH)
                .height(HEIGHT_OF_HEAT_MAP)
                .title(plot.title())
                .xAxisTitle(plot.x())
                .yAxisTitle(plot.y())
                .build();
        style(chart.getStyler(), true);
        List<Number[]> cells = new ArrayList<>();
        for (int column = 0; column < plot.columns().size(); column++) {
            for (int row = 0; row < plot.rows().size(); row++) {
                cells.add(new Number[] {
                    column, row, 100 * plot.shares().get(column).get(row)
                });
            }
        }
        chart.addSeries(plot.title(), plot.columns(), plot.rows(), cells);
        chart.getStyler()
                .setRangeColors(SHARES)
                .setMin(0)
                .setMax(100)
                .setShowValue(false)
                .setDrawBorder(false)
                .setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setPlotGridLinesVisible(false);
        return chart;
    }

    private static void style(AxesChartStyler styler, boolean legend) {
        Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
        styler.setBaseFont(font);
        styler.setChartTitleFont(font.deriveFont(Font.BOLD, 16f));
        styler.setAxisTitleFont(font);
        styler.setAxisTickLabelsFont(font.deriveFont(12f));
        styler.setLegendFont(font);
        styler.setChartFontColor(TEXT);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotBorderColor(GRID);
        styler.setPlotGridLinesColor(GRID);
        styler.setPlotGridLinesStroke(new BasicStroke(1)); // each dash of another one would be a shape in SVG
        styler.setSeriesColors(SERIES);
        styler.setMarkerSize(5);
        styler.setLegendVisible(legend);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setChartTitleBoxVisible(false);
        styler.setChartPadding(12);
        styler.setLocale(Locale.ROOT);
        styler.setDecimalPattern("#,##0.###");
    }
}
