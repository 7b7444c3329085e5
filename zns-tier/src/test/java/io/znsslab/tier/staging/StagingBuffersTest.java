package io.znsslab.tier.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StagingBuffersTest {
    @ParameterizedTest
    @CsvSource({"0, 4096", "-1, 4096", "1, 0", "1, -4096", "1, 4095", "1, 2147483647"})
    void buffersOfAnotherNumberOrSizeAreRefused(int count, int bufferBytes) {
        assertThatThrownBy(() -> new StagingBuffers(count, bufferBytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("staging buffers must be 1 or more of a multiple of 4096 bytes: " + count + " of "
                        + bufferBytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2, Integer.MAX_VALUE})
    void aBufferThatDoesNotExistIsRefused(int index) {
        try (StagingBuffers buffers = new StagingBuffers(2, 4096)) {
            String says = "staging buffer " + index + " does not exist: must be 0 to 1";
            assertThatThrownBy(() -> buffers.buffer(index))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage(says);
            assertThatThrownBy(() -> buffers.view(index))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage(says);
        }
    }

    @Test
    void buffersLieSideBySideInTheMemoryOfAll() {
        try (StagingBuffers buffers = new StagingBuffers(2, 8192)) {
            assertThat(buffers.count()).isEqualTo(2);
            assertThat(buffers.memory().byteSize()).isEqualTo(2L * buffers.bufferBytes());
            assertThat(buffers.buffer(1).address() - buffers.memory().address()).isEqualTo(8192);
        }
    }

    @Test
    void closingAgainDoesNothing() {
        StagingBuffers buffers = new StagingBuffers(1, 4096);
        buffers.close();
        buffers.close();
        assertThat(buffers.memory().scope().isAlive()).isFalse();
    }
}
