package io.znsslab.cli.emulate;

import io.znsslab.emulation.microvm.GuestJvm;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** How this very program is started once more, in a guest that sees the same files. */
final class OwnCommand {
    private static final String MAIN_MODULE = "io.znsslab.cli";
    private static final String MAIN_CLASS = "io.znsslab.cli.Main";

    /** Settings of this JVM, from the launcher or the user, that its double needs, too. */
    private static final List<String> INHERITED_PROPERTIES =
            List.of("znsslab.library.path", "znsslab.terminal", "znsslab.columns");

    private OwnCommand() {}

    static List<String> inGuest(List<String> arguments) {
        List<String> command = new ArrayList<>();
        for (String property : INHERITED_PROPERTIES) {
            String value = System.getProperty(property);
            if (value != null) {
                command.add("-D" + property + "=" + value);
            }
        }
        if (OwnCommand.class.getModule().isNamed()) {
            command.add("--enable-native-access=io.znsslab.bindings,io.znsslab.cli");
            command.addAll(List.of("--module-path", absolute(System.getProperty("jdk.module.path"))));
            command.addAll(List.of("--module", MAIN_MODULE + "/" + MAIN_CLASS));
        } else {
            command.add("--enable-native-access=ALL-UNNAMED");
            command.addAll(List.of("--class-path", absolute(System.getProperty("java.class.path")), MAIN_CLASS));
        }
        command.addAll(arguments);
        return GuestJvm.command(command);
    }

    private static String absolute(String path) {
        return Arrays.stream(path.split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
