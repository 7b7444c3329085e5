package io.znsslab.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.cli.terminal.CommandFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinesOfFileTest {
    private static final int LONGEST = 10;

    @TempDir
    private Path folder;

    private InputFile file(byte[] content) throws IOException {
        return InputFile.of(Files.write(folder.resolve("input"), content));
    }

    private InputFile file(String content) throws IOException {
        return file(content.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The objects of one epoch, as text of one byte a character. */
    private static List<String> epoch(LinesOfFile lines, boolean discarded, boolean last) {
        lines.beginEpoch(discarded, last);
        List<String> objects = new ArrayList<>();
        int length;
        while ((length = lines.next(objects.size())) != ObjectSource.END_OF_EPOCH) {
            objects.add(new String(lines.bytes(), lines.offset(), length, StandardCharsets.ISO_8859_1));
        }
        return objects;
    }

    private List<String> only(String content) throws IOException {
        try (LinesOfFile lines = new LinesOfFile(file(content), 1, LONGEST)) {
            return epoch(lines, false, true);
        }
    }

    @Test
    void aLineIsAnObjectWithItsNewline() throws IOException {
        assertThat(only("one\ntwo\n")).containsExactly("one\n", "two\n");
    }

    @Test
    void theLastLineMayLackItsNewline() throws IOException {
        assertThat(only("one\ntwo")).containsExactly("one\n", "two");
    }

    @Test
    void emptyLinesAndCarriageReturnsAreKept() throws IOException {
        assertThat(only("\n\r\n\none\r\n")).containsExactly("\n", "\r\n", "\n", "one\r\n");
    }

    @Test
    void aLineLongerThanAnObjectGoesIntoSeveral() throws IOException {
        assertThat(only("0123456789abcdefghijKLM\nx\n")).containsExactly("0123456789", "abcdefghij", "KLM\n", "x\n");
        assertThat(only("012345678\n0123456789\n")).containsExactly("012345678\n", "0123456789", "\n");
    }

    @Test
    void bytesThatAreNoTextAreKept() throws IOException {
        assertThat(only("\0\0\377\376\n\300\257\n")).containsExactly("\0\0\377\376\n", "\300\257\n");
    }

    @Test
    void anEpochTakesItsShareOfTheBytesInWholeLines() throws IOException {
        try (LinesOfFile lines = new LinesOfFile(file("aaaa\nbbbb\ncccc\ndddd\n"), 2, LONGEST)) {
            assertThat(epoch(lines, false, false)).containsExactly("aaaa\n", "bbbb\n", "cccc\n");
            assertThat(epoch(lines, false, true)).containsExactly("dddd\n");
        }
    }

    @Test
    void theLinesOfADiscardedEpochComeAgain() throws IOException {
        try (LinesOfFile lines = new LinesOfFile(file("aaaa\nbbbb\ncccc\n"), 2, LONGEST)) {
            List<String> thrownAway = epoch(lines, true, false);
            assertThat(epoch(lines, false, false)).isEqualTo(thrownAway);
            assertThat(epoch(lines, false, true)).containsExactly("cccc\n");
        }
    }

    @Test
    void moreEpochsThanLinesLeaveSomeEmpty() throws IOException {
        try (LinesOfFile lines = new LinesOfFile(file("one\n"), 5, LONGEST)) {
            List<String> all = new ArrayList<>();
            for (int number = 0; number < 5; number++) {
                all.addAll(epoch(lines, false, number == 4));
            }
            assertThat(all).containsExactly("one\n");
        }
    }

    @Test
    void aFileOfManyWindowsComesBackWhateverIsInIt() throws IOException {
        byte[] content = new byte[3_000_000];
        Random random = new Random(7);
        random.nextBytes(content);
        for (int at = 0; at < content.length; at += random.nextInt(60)) {
            content[at] = '\n';
        }
        ByteArrayOutputStream together = new ByteArrayOutputStream();
        try (LinesOfFile lines = new LinesOfFile(file(content), 7, 100)) {
            for (int number = 0; number < 8; number++) {
                lines.beginEpoch(number == 2, number == 7);
                int length;
                while ((length = lines.next(0)) != ObjectSource.END_OF_EPOCH) {
                    byte[] piece = Arrays.copyOfRange(lines.bytes(), lines.offset(), lines.offset() + length);
                    if (number != 2) {
                        together.write(piece);
                        assertThat(lines.matches(0, piece, length)).isTrue();
                    }
                }
            }
            assertThat(together.toByteArray()).isEqualTo(content);
            assertThat(lines.matchesAsAWhole()).isTrue();
            assertThat(lines.rebuiltSha256()).isEqualTo(lines.originalSha256()).hasSize(64);
        }
    }

    @Test
    void oneChangedByteIsNoticed() throws IOException {
        assertThat(wholeAfter("one\ntwo\n", "one\n", "twO\n")).isFalse();
        assertThat(wholeAfter("one\ntwo\n", "one\n")).isFalse();
        assertThat(wholeAfter("one\ntwo\n", "two\n", "one\n")).isFalse();
        assertThat(wholeAfter("one\ntwo\n", "one\n", "two\n")).isTrue();
    }

    private boolean wholeAfter(String content, String... pieces) throws IOException {
        try (LinesOfFile lines = new LinesOfFile(file(content), 1, LONGEST)) {
            epoch(lines, false, true);
            for (String piece : pieces) {
                lines.matches(0, piece.getBytes(StandardCharsets.ISO_8859_1), piece.length());
            }
            return lines.matchesAsAWhole();
        }
    }

    @Test
    void aFileThatGrowsMeanwhileIsTakenAsItWas() throws IOException {
        InputFile input = file("one\n");
        Files.writeString(input.path(), "two\n", StandardOpenOption.APPEND);

        try (LinesOfFile lines = new LinesOfFile(input, 1, LONGEST)) {
            assertThat(epoch(lines, false, true)).containsExactly("one\n");
        }
    }

    @Test
    void aFileThatShrinksMeanwhileIsAFailureThatSaysSo() throws IOException {
        InputFile input = file("one\ntwo\n");
        Files.writeString(input.path(), "one\n");

        try (LinesOfFile lines = new LinesOfFile(input, 1, LONGEST)) {
            assertThatThrownBy(() -> epoch(lines, false, true))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("became shorter");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/self/status", "/proc/meminfo", "/sys/kernel/mm/transparent_hugepage/enabled"})
    void aFileThatTheKernelMakesWhileItIsReadIsRefusedForItsLength(String path) {
        assertThatThrownBy(() -> InputFile.of(Path.of(path)))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("length must be known in advance; save it to a file first");
    }

    @Test
    void anEmptyFileHasNothingToStore() {
        assertThatThrownBy(() -> file("")).isInstanceOf(CommandFailure.class).hasMessageContaining("it is empty");
    }

    @Test
    void aFileIsKnownToAGuestByItsNameAndNotByADescriptor() throws IOException {
        InputFile input = file("one\n");
        try (FileChannel open = input.open()) {
            Path descriptor = descriptorOf(input.path());

            assertThat(InputFile.of(descriptor).pathInGuest())
                    .isEqualTo(input.path().toRealPath());

            Files.delete(input.path());
            assertThatThrownBy(() -> InputFile.of(descriptor).pathInGuest())
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("it was deleted");
            assertThat(open.size()).isEqualTo(4);
        }
    }

    private static Path descriptorOf(Path file) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(descriptor -> leadsTo(descriptor, file))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean leadsTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            return false; // Its file was the listing itself, which is closed by now.
        }
    }
}
