package io.znsslab.bindings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The output of jextract in one package, found by its names: {@code x$offset}, {@code x$layout}, {@code x$address}. */
final class GeneratedBindings {

    private final Class<?> header;

    record Field(String structure, String name, long offset, long size) {

        boolean isPadding() {
            return name.matches("_*(pad|resv|reserved)\\d*");
        }
    }

    /** @param header the class with the constants and functions of the package */
    GeneratedBindings(Class<?> header) {
        this.header = header;
    }

    /** Layouts of the package's structures by their C names. */
    Map<String, GroupLayout> structures() {
        Map<String, GroupLayout> structures = new TreeMap<>();
        for (Class<?> type : structureClasses()) {
            structures.put(type.getSimpleName(), (GroupLayout) valueOf(type, "layout"));
        }
        return structures;
    }

    /** All fields of all structures, those of nested anonymous ones included. */
    List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        for (Class<?> type : structureClasses()) {
            for (String name : namesBefore("$offset", type)) {
                long offset = (long) valueOf(type, name + "$offset");
                long size = ((MemoryLayout) valueOf(type, name + "$layout")).byteSize();
                fields.add(new Field(type.getSimpleName(), name, offset, size));
            }
        }
        return fields;
    }

    /** Values of macros and enumerators by name. */
    Map<String, Long> constants() {
        Map<String, Long> constants = new TreeMap<>();
        for (Method method : header.getDeclaredMethods()) {
            boolean number = method.getReturnType() == int.class || method.getReturnType() == long.class;
            if (number && method.getParameterCount() == 0 && !method.getName().contains("$")) {
                constants.put(method.getName(), ((Number) valueOf(header, method.getName())).longValue());
            }
        }
        return constants;
    }

    /** Addresses of the functions, found in the library while they are asked for. */
    Map<String, MemorySegment> functions() {
        Map<String, MemorySegment> functions = new TreeMap<>();
        for (String name : namesBefore("$address", header)) {
            functions.put(name, (MemorySegment) valueOf(header, name + "$address"));
        }
        // Functions with variable arguments are classes of their own.
        for (Class<?> nested : header.getClasses()) {
            functions.put(nested.getSimpleName(), (MemorySegment) valueOf(nested, "address"));
        }
        return functions;
    }

    private List<Class<?>> structureClasses() {
        List<Class<?>> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder())) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".class") && !name.contains("$")) {
                    found.add(Class.forName(header.getPackageName() + "." + name.replace(".class", "")));
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (ClassNotFoundException impossible) {
            throw new LinkageError("A class file beside " + header + " is not on the class path", impossible);
        }
        found.remove(header);
        return found;
    }

    private Path folder() {
        try {
            Path root = Path.of(
                    header.getProtectionDomain().getCodeSource().getLocation().toURI());
            return root.resolve(header.getPackageName().replace('.', '/'));
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static List<String> namesBefore(String suffix, Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .map(Method::getName)
                .filter(name -> name.endsWith(suffix))
                .map(name -> name.substring(0, name.length() - suffix.length()))
                .sorted()
                .toList();
    }

    private static Object valueOf(Class<?> type, String method) {
        try {
            return type.getMethod(method).invoke(null);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException(type + "." + method, failure);
        }
    }
}
