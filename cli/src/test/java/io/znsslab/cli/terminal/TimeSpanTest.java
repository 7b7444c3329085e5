package io.znsslab.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimeSpanTest {
    @ParameterizedTest
    @CsvSource({
        "10s, PT10S",
        "500ms, PT0.5S",
        "2h, PT2H",
        "1.5m, PT1M30S",
        "5min, PT5M",
        "1h30m, PT1H30M",
        "1d, PT24H",
        "250 us, PT0.00025S",
        "7ns, PT0.000000007S",
        "10S, PT10S",
        "0, PT0S"
    })
    void timesAreReadAsPeopleWriteThem(String text, Duration time) {
        assertThat(new TimeSpan().convert(text)).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "10", "-1s", "1w", "PT10S", "10 s 5", "1.s", "900000d"})
    void whatIsNoTimeIsRefusedByName(String text) {
        assertThatThrownBy(() -> new TimeSpan().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10s", "500ms", "2h", "90m", "36h", "7d", "1us", "3ns", "0s"})
    void aTimeIsReadBackFromItsText(String text) {
        assertThat(TimeSpan.text(new TimeSpan().convert(text))).isEqualTo(text);
    }
}
