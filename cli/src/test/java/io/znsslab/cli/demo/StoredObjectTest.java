package io.znsslab.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class StoredObjectTest {
    @Test
    void anObjectComesBackWithItsOwnLengthAndNotItsPayloads() {
        MemorySegment payload = MemorySegment.ofArray(new byte[56]);
        byte[] into = new byte[54];

        StoredObject.write(payload, new byte[] {9, 1, 2, 3, 9}, 1, 3);

        assertThat(StoredObject.read(payload, into)).isEqualTo(3);
        assertThat(into).startsWith(1, 2, 3);
    }

    @Test
    void theLongestObjectFillsItsPayload() {
        assertThat(StoredObject.longest(56)).isEqualTo(54);
        assertThat(StoredObject.payloadBytes(54)).isEqualTo(56);
        assertThat(StoredObject.longest(70_000)).isEqualTo(65_535);
    }

    @Test
    void aLengthThatCannotBeIsSeen() {
        MemorySegment payload = MemorySegment.ofArray(new byte[56]).fill((byte) 0xFF);

        assertThat(StoredObject.read(payload, new byte[100])).isNegative();
    }
}
