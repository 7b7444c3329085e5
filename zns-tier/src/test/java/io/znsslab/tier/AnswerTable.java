package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * The answer of each public method to arguments that it refuses. {@link #requireRowsFor} fails for a method without a
 * row, and for a row without a method.
 *
 * @param <G> the objects that the methods are called on
 */
public final class AnswerTable<G> {
    /** A call of the method with arguments that it refuses. */
    public interface Call<G> {
        Object on(G given) throws Exception;
    }

    /** A call that returns nothing. */
    public interface Action<G> {
        void on(G given) throws Exception;
    }

    /**
     * One call and its outcome.
     *
     * @param refusal the class of the expected exception; null if the method returns
     */
    public record Row<G>(String method, Class<? extends Throwable> refusal, Object expected, Call<G> call) {
        /** Calls the method, and compares its answer with the expected one. */
        public void check(G given) throws Exception {
            if (refusal == null) {
                assertThat(call.on(given)).isEqualTo(expected);
                return;
            }
            Throwable thrown = catchThrowable(() -> call.on(given));
            assertThat(thrown).isExactlyInstanceOf(refusal).hasMessageContaining((String) expected);
            assertThat(thrown.getMessage()).doesNotContain("\n").hasSizeLessThan(300);
        }
    }

    private final List<Row<G>> rows = new ArrayList<>();

    /** The method throws such an exception, with a message that contains this text. */
    public void refuses(String method, Class<? extends Throwable> refusal, String says, Action<G> action) {
        rows.add(new Row<>(method, refusal, says, given -> {
            action.on(given);
            return null;
        }));
    }

    /** The method returns this value. */
    public void answers(String method, Object answer, Call<G> call) {
        rows.add(new Row<>(method, null, answer, call));
    }

    /** The methods take no argument and answer in every state. */
    public void takesNothing(String... methods) {
        for (String method : methods) {
            answers(method, null, _ -> null);
        }
    }

    /** The rows, as arguments of a parameterized test. */
    public Stream<Arguments> rows() {
        return rows.stream().map(row -> argumentSet(row.method + " " + row.expected, row));
    }

    /**
     * Requires at least one row for each public method of the selected public types in the folder of {@code anchor}.
     */
    public void requireRowsFor(Class<?> anchor, Predicate<Class<?>> types, Predicate<Executable> methods)
            throws Exception {
        Set<String> wanted = new TreeSet<>();
        for (Class<?> type : typesBeside(anchor)) {
            if (types.test(type)) {
                Stream.<Executable>concat(
                                Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getDeclaredConstructors()))
                        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                        .filter(methods)
                        .forEach(method -> wanted.add(signature(type, method)));
            }
        }
        assertThat(wanted).isNotEmpty();
        assertThat(methods()).containsAll(wanted);
    }

    /** Requires that the method of every row exists. */
    public void requireMethodsFor(Class<?>... anchors) throws Exception {
        Set<String> known = new TreeSet<>();
        for (Class<?> anchor : anchors) {
            for (Class<?> type : typesBeside(anchor)) {
                Stream.<Executable>concat(
                                Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getDeclaredConstructors()))
                        .forEach(method -> known.add(signature(type, method)));
            }
        }
        assertThat(known).containsAll(methods());
    }

    private Set<String> methods() {
        Set<String> methods = new TreeSet<>();
        rows.forEach(row -> methods.add(row.method));
        return methods;
    }

    private static List<Class<?>> typesBeside(Class<?> anchor)
            throws IOException, URISyntaxException, ClassNotFoundException {
        Path classes = Path.of(
                anchor.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Class<?>> types = new ArrayList<>();
        List<Path> files;
        try (var listed = Files.list(classes.resolve(anchor.getPackageName().replace('.', '/')))) {
            files = listed.sorted().toList();
        }
        for (Path file : files) {
            String simple = file.getFileName().toString();
            if (simple.endsWith(".class") && !simple.startsWith("package-info")) {
                String name = anchor.getPackageName() + "." + simple.substring(0, simple.length() - 6);
                Class<?> type = Class.forName(name);
                if (Modifier.isPublic(type.getModifiers())) {
                    types.add(type);
                }
            }
        }
        return types;
    }

    private static String signature(Class<?> type, Executable method) {
        String name =
                method instanceof Constructor ? type.getSimpleName() : type.getSimpleName() + "." + method.getName();
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", ", name + "(", ")"));
    }
}
