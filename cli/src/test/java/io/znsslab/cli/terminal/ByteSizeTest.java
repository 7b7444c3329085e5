package io.znsslab.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "512, 512",
        "4096, 4096",
        "64k, 65536",
        "16M, 16777216",
        "64MiB, 67108864",
        "1GB, 1073741824",
        "2GiB, 2147483648",
        "1 tb, 1099511627776",
        "8B, 8"
    })
    void sizesAreReadAsPeopleWriteThem(String text, long bytes) {
        assertThat(new ByteSize().convert(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "-1", "1.5M", "12X", "0x10"})
    void whatIsNoSizeIsRefusedByName(String text) {
        assertThatThrownBy(() -> new ByteSize().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void aSizeBeyondALongIsRefused() {
        assertThatThrownBy(() -> new ByteSize().convert("99999999T")).isInstanceOf(TypeConversionException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "512, 512", "65536, 64KiB", "67108864, 64MiB", "1073741824, 1GiB", "1125899906842624, 1024TiB"})
    void aSizeIsWrittenInTheLargestUnitThatIsExact(long bytes, String text) {
        assertThat(ByteSize.text(bytes)).isEqualTo(text);
        assertThat(new ByteSize().convert(text)).isEqualTo(bytes);
    }
}
