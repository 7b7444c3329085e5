package io.znsslab.netty.benchmark;

import java.util.Arrays;
import java.util.stream.Stream;
import org.openjdk.jmh.Main;

/** The command line: JMH's, with the resident memory beside each figure. */
public final class BufferBenchmarks {
    private BufferBenchmarks() {}

    /** Takes JMH's arguments. */
    public static void main(String[] arguments) throws Exception {
        Stream<String> given = Arrays.stream(arguments).filter(argument -> !argument.isBlank());
        Main.main(Stream.concat(given, Stream.of("-prof", ResidentMemory.class.getName()))
                .toArray(String[]::new));
    }
}
