package io.znsslab.cli.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectContentTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 100, 4000})
    void everyByteThatIsChangedIsNoticed(int bytes) {
        MemorySegment payload = MemorySegment.ofArray(new byte[4000]);
        ObjectContent.write(payload, 77, bytes);

        assertThat(ObjectContent.firstWrong(payload, 77, bytes)).isEqualTo(-1);
        for (int offset = 0; offset < bytes; offset++) {
            byte right = payload.get(ValueLayout.JAVA_BYTE, offset);
            payload.set(ValueLayout.JAVA_BYTE, offset, (byte) (right + 1));
            assertThat(ObjectContent.firstWrong(payload, 77, bytes)).isBetween(Math.max(0, offset - 7), offset);
            payload.set(ValueLayout.JAVA_BYTE, offset, right);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 100})
    void anotherObjectsBytesAreNoticed(int bytes) {
        MemorySegment payload = MemorySegment.ofArray(new byte[bytes]);
        ObjectContent.write(payload, 77, bytes);

        assertThat(ObjectContent.firstWrong(payload, 78, bytes)).isZero();
    }
}
