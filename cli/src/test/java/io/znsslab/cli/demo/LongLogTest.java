package io.znsslab.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LongLogTest {
    @Test
    void entriesKeepTheirPlacesAcrossChunks() {
        LongLog log = new LongLog();
        for (long value = 0; value < 200_000; value++) {
            log.add(value * 3);
        }
        assertThat(log.size()).isEqualTo(200_000);
        for (long index = 0; index < log.size(); index++) {
            assertThat(log.get(index)).isEqualTo(index * 3);
        }
    }

    @Test
    void anEntryThatIsNotThereIsRefused() {
        LongLog log = new LongLog();
        log.add(1);
        assertThatThrownBy(() -> log.get(1))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("entry 1 of 1");
        assertThatThrownBy(() -> log.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
