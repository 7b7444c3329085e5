package io.znsslab.tier.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecoveredRootTest {
    private final RecoveredRoot root = new RecoveredRoot();

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    void aRootCountsOnceAllOfItIsThere() {
        root.part(1, 1, 0, bytes(9));
        root.part(2, 3, 0, bytes(1, 2));
        assertThat(root.whole().bytes()).isEqualTo(bytes(9));
        root.part(2, 3, 2, bytes(3));
        assertThat(root.whole().bytes()).isEqualTo(bytes(1, 2, 3));
        assertThat(root.whole().number()).isEqualTo(2);
    }

    @Test
    void partsOfTwoRootsMakeNone() {
        root.part(1, 3, 0, bytes(1, 2));
        root.part(2, 3, 2, bytes(3));
        root.part(1, 3, 2, bytes(3));
        assertThat(root.whole()).isSameAs(Root.NONE);
    }

    @Test
    void partsThatAreMissingOrComeTwiceMakeNone() {
        root.part(1, 4, 0, bytes(1));
        root.part(1, 4, 2, bytes(3));
        root.part(1, 4, 3, bytes(4));
        assertThat(root.whole()).isSameAs(Root.NONE);
        root.part(1, 2, 0, bytes(1));
        root.part(1, 2, 0, bytes(1));
        root.part(1, 2, 1, bytes(2));
        assertThat(root.whole().bytes()).isEqualTo(bytes(1, 2));
    }

    @Test
    void anotherOpeningDoesNotGoOnWithWhatTheOneBeforeHadBegun() {
        root.part(5, 2, 0, bytes(1));
        root.giveUp();
        root.part(5, 2, 1, bytes(2));
        assertThat(root.whole()).isSameAs(Root.NONE);
    }

    @Test
    void anEmptyRootTakesThePlaceOfAnother() {
        root.part(1, 1, 0, bytes(1));
        root.part(2, 0, 0, bytes());
        assertThat(root.whole().bytes()).isEmpty();
        assertThat(root.whole().number()).isEqualTo(2);
    }
}
