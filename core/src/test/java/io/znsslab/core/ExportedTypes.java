package io.znsslab.core;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The public types of packages, found by the location of {@link SlabAllocator}. */
final class ExportedTypes {
    private ExportedTypes() {}

    static List<Class<?>> of(String... packages) throws IOException, URISyntaxException, ClassNotFoundException {
        Path classes = Path.of(SlabAllocator.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Class<?>> types = new ArrayList<>();
        for (String name : packages) {
            List<Path> files;
            try (var listed = Files.list(classes.resolve(name.replace('.', '/')))) {
                files = listed.sorted().toList();
            }
            for (Path file : files) {
                String simple = file.getFileName().toString();
                if (simple.endsWith(".class") && !simple.startsWith("package-info")) {
                    Class<?> type = Class.forName(name + "." + simple.substring(0, simple.length() - 6));
                    if (Modifier.isPublic(type.getModifiers())) {
                        types.add(type);
                    }
                }
            }
        }
        return types;
    }
}
