package io.znsslab.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void bytesAreGivenInBinaryUnitsWithOneDecimalWhereItSaysSomething() {
        assertThat(Figures.bytes(0)).isEqualTo("0 B");
        assertThat(Figures.bytes(1023)).isEqualTo("1023 B");
        assertThat(Figures.bytes(1024)).isEqualTo("1 KiB");
        assertThat(Figures.bytes(1536)).isEqualTo("1.5 KiB");
        assertThat(Figures.bytes((1 << 20) - 1)).isEqualTo("1 MiB");
        assertThat(Figures.bytes(3 << 20)).isEqualTo("3 MiB");
        assertThat(Figures.bytes(Long.MAX_VALUE)).isEqualTo("8 EiB");
    }

    @Test
    void countsHaveSeparatorsAndTheirNounANumber() {
        assertThat(Figures.count(100_000)).isEqualTo("100,000");
        assertThat(Figures.count(1, "epoch")).isEqualTo("1 epoch");
        assertThat(Figures.count(0, "epoch")).isEqualTo("0 epochs");
    }

    @Test
    void durationsChangeTheirFormAtAHundredSeconds() {
        assertThat(Figures.duration(1_250_000_000L)).isEqualTo("1.3 s");
        assertThat(Figures.duration(125_000_000_000L)).isEqualTo("2 min 05 s");
    }
}
