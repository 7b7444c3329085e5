package io.znsslab.cli.bench.crew;

import io.znsslab.cli.report.Plot;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What was measured of one contestant with one number of threads. */
public interface CrewFigure {
    /** The contestant's name. */
    String contestant();

    /** How many threads. */
    int threads();

    /** Curves over the number of threads, one for each contestant. */
    static <F extends CrewFigure> Plot curves(String title, String unit, List<F> figures, ToDoubleFunction<F> value) {
        return new Plot.Lines(
                title,
                "With one thread to many; more threads than processors take turns.",
                Plot.Axis.of("threads"),
                Plot.Axis.of(unit),
                figures.stream()
                        .map(CrewFigure::contestant)
                        .distinct()
                        .map(name -> new Plot.Series(
                                name,
                                of(name, figures)
                                        .map(figure -> (double) figure.threads())
                                        .toList(),
                                of(name, figures).map(value::applyAsDouble).toList()))
                        .toList());
    }

    private static <F extends CrewFigure> Stream<F> of(String contestant, List<F> figures) {
        return figures.stream().filter(figure -> figure.contestant().equals(contestant));
    }
}
