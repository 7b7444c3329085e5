package io.znsslab.core.benchmark.scoreboard;

import io.znsslab.core.benchmark.contestant.Contestant;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The settings of the command line.
 *
 * @param effort the length of the measurements
 * @param rounds number of rounds
 * @param sections parts of the table
 * @param contestants the allocators to measure; always includes this project's
 * @param bytes size of an object in scenarios with a single size
 * @param json file for the figures
 */
record Settings(Effort effort, int rounds, Set<Section> sections, Set<Contestant> contestants, int bytes, Path json) {
    /** The usage, with a line for each option. */
    static final String USAGE = """
            table [options]             measures the allocators and prints one table; this is the default
              --effort smoke|normal|long  the length of the measurements: smoke takes some minutes and only shows that
                                          everything runs, normal takes half an hour, long more than an hour (normal)
              --rounds N                  the number of rounds, each of which measures everything once; the table shows
                                          the medians over all rounds (1, or 3 with long)
              --only PART,...             the parts of the table to measure, of: pairs, handover, requests, kernel,
                                          warm_up, resolve, discard, latency, footprint (all of them)
              --contestants NAME,...      the allocators to compare ZNS-Slab with, for example jemalloc_critical (all
                                          of them)
              --object-bytes N            bytes of an object (120, which fills a slot of 128 with its handle)
              --json FILE                 the file for the figures; JMH's logs go to the same folder
                                          (core/target/jmh/scoreboard.json)
            Any other arguments are passed to JMH: "zns-slab jmh -h" prints its options.""";

    /**
     * Reads the arguments that follow the word {@code table}.
     *
     * @throws WrongArgumentException if an argument is wrong; the message names it
     */
    static Settings parse(List<String> arguments) throws WrongArgumentException {
        Effort effort = Effort.NORMAL;
        int rounds = 0;
        Set<Section> sections = EnumSet.allOf(Section.class);
        Set<Contestant> contestants = EnumSet.allOf(Contestant.class);
        int bytes = 120;
        Path json = besideTheClasses();
        for (int index = 0; index < arguments.size(); index += 2) {
            String option = arguments.get(index);
            if (index + 1 == arguments.size()) {
                throw new WrongArgumentException(option + ": unknown, or its value is missing\n" + USAGE);
            }
            String value = arguments.get(index + 1);
            switch (option) {
                case "--effort" -> effort = one(Effort.class, value);
                case "--rounds" -> rounds = positive(option, value);
                case "--only" -> sections = some(Section.class, value);
                case "--contestants" -> contestants = oursAnd(some(Contestant.class, value));
                case "--object-bytes" -> bytes = positive(option, value);
                case "--json" -> json = Path.of(value);
                default -> throw new WrongArgumentException(option + ": unknown\n" + USAGE);
            }
        }
        return new Settings(effort, rounds == 0 ? effort.rounds : rounds, sections, contestants, bytes, json);
    }

    /** In the build's folder, which holds no sources and is emptied by {@code clean}. */
    private static Path besideTheClasses() {
        try {
            return Path.of(Settings.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolveSibling("scoreboard.json");
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the folder of the benchmarks' classes has no name", e);
        }
    }

    private static Set<Contestant> oursAnd(Set<Contestant> others) {
        Arrays.stream(Contestant.values()).filter(Contestant::isOurs).forEach(others::add);
        return others;
    }

    private static <E extends Enum<E>> Set<E> some(Class<E> type, String value) throws WrongArgumentException {
        Set<E> chosen = EnumSet.noneOf(type);
        for (String name : value.split(",", -1)) {
            chosen.add(one(type, name));
        }
        return chosen;
    }

    private static <E extends Enum<E>> E one(Class<E> type, String value) throws WrongArgumentException {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equalsIgnoreCase(value))
                .findFirst()
                .orElseThrow(() -> new WrongArgumentException(value + ": must be one of "
                        + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT)));
    }

    private static int positive(String option, String value) throws WrongArgumentException {
        try {
            int number = Integer.parseInt(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, like any other wrong value.
        }
        throw new WrongArgumentException(option + " " + value + ": must be a positive number");
    }
}
