package io.znsslab.cli.bench.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class TraceFileTest {
    @TempDir
    private Path folder;

    private Path file(byte[] content) {
        try {
            return Files.write(folder.resolve("trace"), content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path file(String text) {
        return file(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Each access as {@code key:bytes}. */
    private static List<String> accesses(Path trace, TraceFormat format) {
        List<String> accesses = new ArrayList<>();
        try (TraceFile opened = TraceFile.open(trace.toString(), format)) {
            opened.read((key, bytes) -> accesses.add(key + ":" + bytes), () -> false);
        }
        return accesses;
    }

    private static TraceFormat detected(Path trace) {
        try (TraceFile opened = TraceFile.open(trace.toString(), null)) {
            return opened.format();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lirs          | 7;*;;9;7                               | 7:0 9:0 7:0",
                "arc           | 10 3 0 1;50 1 0 2                      | 10:0 11:0 12:0 50:0",
                "arc           | 10 2                                   | 10:0 11:0",
                "address       | # 0x1f 3;l 0xFFFFFFFFFFFFFFFF 1        | 31:0 -1:0",
                "umass-storage | 0,20,1024,R,0.5;0,5,512,w,0.6          | 20:0 21:0",
                "adapt-size    | 1 77 4096;2 78 12                      | 77:4096 78:12"
            })
    void aFormatIsDetectedAndRead(String format, String lines, String accesses) {
        Path trace = file(lines.strip().replace(';', '\n') + "\n");

        assertThat(detected(trace)).hasToString(format);
        assertThat(accesses(trace, null)).containsExactly(accesses.split(" "));
    }

    @Test
    void getsOfACacheClusterAreAccessesWithTheSizesOfKeyAndValue() {
        Path trace = file("0,abc,10,90,1,get,0\n0,abc,10,90,1,set,60\n1,abd,10,90,1,gets,0\n2,abc,10,90,1,get,0\n");

        assertThat(detected(trace)).isEqualTo(TraceFormat.TWITTER);
        List<String> accesses = accesses(trace, null);
        assertThat(accesses).hasSize(3).allMatch(access -> access.endsWith(":100"));
        assertThat(accesses.get(2)).isEqualTo(accesses.get(0)).isNotEqualTo(accesses.get(1));
    }

    @Test
    void binaryNumbersAreKeys() {
        Path trace =
                file(ByteBuffer.allocate(24).putLong(5).putLong(-3).putLong(5).array());

        assertThat(detected(trace)).isEqualTo(TraceFormat.CORDA);
        assertThat(accesses(trace, null)).containsExactly("5:0", "-3:0", "5:0");
    }

    @Test
    void aBinaryTraceThatEndsWithinANumberIsRefused() {
        Path trace = file(new byte[12]);

        assertThatThrownBy(() -> accesses(trace, null)).hasMessageContaining("no multiple of 8");
    }

    /** Something that compresses what is written to it. */
    private interface Compression {
        OutputStream on(OutputStream out) throws IOException;
    }

    private static byte[] compressed(Compression compression) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = compression.on(bytes)) {
            out.write("1\n2\n".getBytes(StandardCharsets.ISO_8859_1));
        }
        return bytes.toByteArray();
    }

    @Test
    void compressedTracesAreUnpacked() throws IOException {
        assertThat(accesses(file(compressed(GZIPOutputStream::new)), null)).containsExactly("1:0", "2:0");
        assertThat(accesses(file(compressed(out -> new XZOutputStream(out, new LZMA2Options(0)))), null))
                .containsExactly("1:0", "2:0");
    }

    @ParameterizedTest
    @CsvSource({"28b52ffd0000, zstd -dc", "425a68393141, bzip2 -dc"})
    void otherCompressionsAreNamedWithTheirProgram(String start, String program) {
        Path trace = file(HexFormat.of().parseHex(start));

        assertThatThrownBy(() -> accesses(trace, null))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(program + " " + trace + " | zns-slab bench trace -");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "1 2 3 4 5 6", "0x12"})
    void aLineOfNoFormatAsksForTheFormat(String line) {
        Path trace = file(line + "\n");

        assertThatThrownBy(() -> accesses(trace, null))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContainingAll("'" + line + "'", "--format");
    }

    @ParameterizedTest
    @CsvSource({"lirs, 12x", "lirs, 99999999999999999999", "arc, 1 99999999999", "adapt-size, 1 2", "twitter, a"})
    void aLineOfAnotherFormIsNamedByItsNumber(String format, String line) {
        Path trace = file("\n" + line + "\n");
        TraceFormat asked = TraceFormat.valueOf(format.toUpperCase(Locale.ROOT).replace('-', '_'));

        assertThatThrownBy(() -> accesses(trace, asked))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.INPUT_UNUSABLE))
                .hasMessageContainingAll("line 2", "'" + line + "'", format);
    }

    @Test
    void anEmptyTraceAndOneThatIsMissingAreSaidToBe() {
        Path empty = file("\n\n");

        assertThatThrownBy(() -> accesses(empty, null)).hasMessageContaining("is empty");
        assertThatThrownBy(() -> accesses(folder.resolve("missing"), null)).hasMessageContaining("no such file");
    }
}
