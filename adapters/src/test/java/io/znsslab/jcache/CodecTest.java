package io.znsslab.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import javax.cache.CacheException;
import org.junit.jupiter.api.Test;

class CodecTest {
    private final Codec codec = new Codec(CodecTest.class::getClassLoader);

    @Test
    void whatCanBeChangedIsCopied() {
        List<String> list = List.of("a");
        byte[] bytes = {1, 2};

        assertThat(codec.copy(bytes)).isEqualTo(bytes).isNotSameAs(bytes);
        assertThat(codec.copy(list)).isEqualTo(list);
        assertThat(codec.copy("a")).isSameAs("a");
        assertThat(codec.copy(Thread.State.NEW)).isSameAs(Thread.State.NEW);
    }

    @Test
    void shortFormsAreShort() {
        assertThat(codec.encode(5)).hasSize(5);
        assertThat(codec.encode(5L)).hasSize(9);
        assertThat(codec.encode("four")).hasSize(5);
        assertThat(codec.encode("漢字")).hasSize(5);
        assertThat(codec.encode(new byte[7])).hasSize(8);
    }

    @Test
    void bytesThatAreNoObjectAreRefused() {
        assertThatThrownBy(() -> codec.decode(new byte[] {0, 1, 2}))
                .isInstanceOf(CacheException.class)
                .hasMessageContaining("can't be read back");
    }
}
