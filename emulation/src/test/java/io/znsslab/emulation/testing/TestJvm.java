package io.znsslab.emulation.testing;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The options and class path of this JVM that another JVM needs to run the same tests. */
final class TestJvm {
    /**
     * Properties of the JVM itself, of Maven, and of how to get a kernel; they describe this process and do not affect
     * a test.
     */
    private static final List<String> NOT_PASSED_ON = List.of(
            "java.",
            "jdk.",
            "sun.",
            "os.",
            "user.",
            "file.",
            "path.",
            "line.",
            "native.",
            "stdin.",
            "stdout.",
            "stderr.",
            "surefire.",
            "maven.",
            "env.",
            "localRepository",
            "basedir",
            "zns-slab.deviceTests.");

    private TestJvm() {}

    /**
     * Options of this JVM for modules and native access, and the system properties that the user or the build has set.
     */
    static List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--"))
                .forEach(arguments::add);
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> NOT_PASSED_ON.stream().noneMatch(name::startsWith))
                .sorted()
                .forEach(name -> arguments.add("-D" + name + "=" + System.getProperty(name)));
        return arguments;
    }

    /** Every place that this JVM may load classes from, and the folders of the tests even if they lie on no path. */
    static String classPath(List<Class<?>> testClasses) {
        Set<String> places = new LinkedHashSet<>();
        Stream.of("java.class.path", "jdk.module.path")
                .map(name -> System.getProperty(name, ""))
                .flatMap(path -> Stream.of(path.split(File.pathSeparator)))
                .filter(place -> !place.isEmpty())
                .map(place -> Path.of(place).toAbsolutePath().toString())
                .forEach(places::add);
        testClasses.forEach(testClass -> places.add(Path.of(testClass
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString()));
        return String.join(File.pathSeparator, places);
    }
}
