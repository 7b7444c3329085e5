package io.znsslab.emulation.microvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CpioArchiveTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CpioArchive archive = new CpioArchive(bytes);

    @Test
    void anEntryIsItsHeaderItsNameAndItsContentEachPaddedToFourBytes() throws IOException {
        archive.add("bin/x", CpioArchive.PROGRAM, "hello".getBytes(StandardCharsets.US_ASCII));

        String header = "070701" + "00000001" + "000081ed" + "00000000" + "00000000" + "00000001" + "00000000"
                + "00000005" + "00000000" + "00000000" + "00000000" + "00000000" + "00000006" + "00000000";
        assertThat(text()).isEqualTo(header + "bin/x\0" + "hello\0\0\0");
        assertThat(bytes.size() % 4).isZero();
    }

    @Test
    void everyEntryHasItsOwnInodeSoThatNoneIsTakenForALink() throws IOException {
        archive.addFolder("a");
        archive.addFolder("b");

        assertThat(text().split("070701", -1)).hasSize(3);
        assertThat(text()).contains("07070100000001000041ed", "07070100000002000041ed");
    }

    @Test
    void theArchiveEndsInItsTrailer() throws IOException {
        archive.finish();

        assertThat(text()).endsWith("TRAILER!!!\0\0\0\0");
    }

    private String text() {
        return bytes.toString(StandardCharsets.US_ASCII);
    }
}
