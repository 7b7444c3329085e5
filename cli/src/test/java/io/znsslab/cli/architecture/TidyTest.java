package io.znsslab.cli.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Keeps untidy text out of every file of the repository, so that no review has to mention it; generated code is left
 * alone.
 */
class TidyTest {

    private static final Set<String> SKIPPED_FOLDERS =
            Set.of("target", "generated", ".git", ".idea", ".settings", ".vscode");
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");
    private static final Pattern EMPTY_NAME = Pattern.compile(".*(Manager|Helper|Utils?|Impl|Base)\\.java");

    private static final int LONGEST_LINE = 120;

    private static Path root;
    private static List<Path> files;

    @BeforeAll
    static void findTheTextFiles() throws Exception {
        root = Path.of("").toAbsolutePath().getParent();
        assertThat(root.resolve("native-bindings"))
                .as("the folder above this module")
                .isDirectory();
        files = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                boolean skipped = SKIPPED_FOLDERS.contains(folder.getFileName().toString());
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && contentOf(file).indexOf('\0') < 0) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        assertThat(files).hasSizeGreaterThan(50);
    }

    @Test
    void noLineHasATab() throws Exception {
        assertThat(linesWhere(line -> line.indexOf('\t') >= 0)).isEmpty();
    }

    @Test
    void noLineEndsInWhiteSpace() throws Exception {
        assertThat(linesWhere(line -> !line.equals(line.stripTrailing()))).isEmpty();
    }

    /** Lines are at most as long as {@code .editorconfig} says: in code, documents and builds alike. */
    @Test
    void noLineIsLongerThan120Characters() throws Exception {
        assertThat(linesWhere(line -> charactersOf(line) > LONGEST_LINE)).isEmpty();
    }

    @Test
    void nothingIsMarkedAsUnfinished() throws Exception {
        assertThat(linesWhere(line -> UNFINISHED.matcher(line).find())).isEmpty();
    }

    @Test
    void everyFileEndsInExactlyOneNewline() throws Exception {
        List<Path> others = new ArrayList<>();
        for (Path file : files) {
            String content = contentOf(file);
            if (!content.isEmpty() && (!content.endsWith("\n") || content.endsWith("\n\n"))) {
                others.add(root.relativize(file));
            }
        }
        assertThat(others).isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        List<Path> silent = files.stream()
                .filter(file ->
                        file.toString().endsWith(".java") && file.toString().contains("/src/main/java/"))
                .filter(file -> !file.endsWith("module-info.java"))
                .map(Path::getParent)
                .distinct()
                .filter(folder -> Files.notExists(folder.resolve("package-info.java")))
                .toList();

        assertThat(silent).isEmpty();
    }

    @Test
    void noClassHasANameThatSaysNothing() {
        assertThat(files)
                .noneMatch(file ->
                        EMPTY_NAME.matcher(file.getFileName().toString()).matches());
    }

    private static List<String> linesWhere(Predicate<String> offends) throws Exception {
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            List<String> lines = contentOf(file).lines().toList();
            IntStream.range(0, lines.size())
                    .filter(index -> offends.test(lines.get(index)))
                    .forEach(index -> found.add(root.relativize(file) + ":" + (index + 1)));
        }
        return found;
    }

    /** The files are UTF-8. */
    private static int charactersOf(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8).length();
    }

    // Any byte is a character in this encoding, so that every file can be read.
    private static String contentOf(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
