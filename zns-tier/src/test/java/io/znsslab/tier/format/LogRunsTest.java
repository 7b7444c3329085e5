package io.znsslab.tier.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.Mismatch;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records of the log that describe many slabs. */
class LogRunsTest {
    private static final DeviceIdentity DEVICE = new DeviceIdentity(0x0123456789ABCDEFL, 0x0FEDCBA987654321L);
    private static final long LOCATION = 4096;
    private static final long REGION = 3;

    private final ByteBuffer block =
            ByteBuffer.allocate(LogBlockLayout.BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final LogBlockLayout layout = new LogBlockLayout(DEVICE);
    private int end = LogBlockLayout.RECORDS_OFFSET;

    private void slab(long id, long... live) {
        int record = end;
        end = LogRecordEncoder.beginSlabs(block, record, 77, live.length);
        end = LogRecordEncoder.addSlab(block, record, end, id, 500, LogRecordLayout.facts(4, 2, true), live);
    }

    private void following(long... live) {
        int record = end;
        end = LogRecordEncoder.beginFollowing(block, record, live.length);
        end = LogRecordEncoder.addFollowing(block, record, end, live);
    }

    private void alike(int slabs) {
        int record = end;
        end = LogRecordEncoder.beginAlike(block, record);
        for (int slab = 0; slab < slabs; slab++) {
            LogRecordEncoder.addToRun(block, record);
        }
    }

    private void dead(long first, int ids) {
        int record = end;
        end = LogRecordEncoder.beginDead(block, record, first);
        for (int id = 0; id < ids; id++) {
            LogRecordEncoder.addToRun(block, record);
        }
    }

    private Mismatch check() {
        layout.seal(block, 0, end, LOCATION, REGION, 1, 0);
        return layout.check(block, 0, LOCATION, REGION, 1);
    }

    /**
     * The content of the block's records, with a line for each slab: "+3" for the third slab after the last named one.
     */
    private List<String> replayed() {
        assertThat(check()).isNull();
        List<String> replayed = new ArrayList<>();
        LogRecords records = (LogRecords) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {LogRecords.class}, (_, method, of) -> {
                    switch (method.getName()) {
                        case "slabs" ->
                            replayed.add(LogRecordLayout.slabId((ByteBuffer) of[3], (int) of[4]) + live(of, 4, 1));
                        case "following" -> {
                            for (int slab = 0; slab < (int) of[2]; slab++) {
                                replayed.add("+" + ((int) of[3] + slab + 1) + live(of, slab));
                            }
                        }
                        default -> replayed.add(method.getName() + " " + of[0]);
                    }
                    return null;
                });
        int number = layout.replay(block, 0, records);
        assertThat(number).isEqualTo(replayed.size());
        return replayed;
    }

    private static String live(Object[] slabs, int item, int words) {
        assertThat(slabs[1]).isEqualTo(words);
        return ":" + LogRecordLayout.live((ByteBuffer) slabs[3], (int) slabs[item], 0);
    }

    private static String live(Object[] following, int slab) {
        int at = (int) following[6] + slab * (int) following[7];
        return ":" + ((ByteBuffer) following[4]).getLong(at);
    }

    @Test
    void slabsAlikeHaveTheLiveSlotsOfTheOneBeforeThem() {
        slab(10, 0b11);
        alike(2);
        following(0b101);
        alike(1);
        slab(90, 0b1);
        alike(1);

        assertThat(replayed()).containsExactly("10:3", "+1:3", "+2:3", "+3:5", "+4:5", "90:1", "+1:1");
    }

    @Test
    void slabsAlikeGoOnAfterRecordsOfOtherKinds() {
        slab(10, 0b11);
        dead(200, 3);
        alike(1);

        assertThat(replayed()).containsExactly("10:3", "dead 200", "dead 201", "dead 202", "+1:3");
    }

    @Test
    void aFullRunIsKnownAndReadInFull() {
        dead(0xFFFF_0000L, LogRecordLayout.MOST_OF_A_RUN - 1);
        assertThat(LogRecordEncoder.isRunFull(block, LogBlockLayout.RECORDS_OFFSET))
                .isFalse();
        LogRecordEncoder.addToRun(block, LogBlockLayout.RECORDS_OFFSET);
        assertThat(LogRecordEncoder.isRunFull(block, LogBlockLayout.RECORDS_OFFSET))
                .isTrue();

        assertThat(replayed())
                .hasSize(LogRecordLayout.MOST_OF_A_RUN)
                .startsWith("dead " + 0xFFFF_0000L)
                .endsWith("dead " + 0xFFFF_03FFL);
    }

    @Test
    void aRunThatIsTooLongIsNoRecord() {
        dead(1, LogRecordLayout.MOST_OF_A_RUN + 1);
        assertThat(check()).isEqualTo(Mismatch.FIELDS);

        end = LogBlockLayout.RECORDS_OFFSET;
        slab(10, 1);
        alike(LogRecordLayout.MOST_OF_A_RUN + 1);
        assertThat(check()).isEqualTo(Mismatch.FIELDS);
    }

    @Test
    void whatFollowsNoSlabOfItsShapeIsNoRecord() {
        alike(1);
        assertThat(check()).isEqualTo(Mismatch.FIELDS);

        end = LogBlockLayout.RECORDS_OFFSET;
        following(1);
        assertThat(check()).isEqualTo(Mismatch.FIELDS);

        end = LogBlockLayout.RECORDS_OFFSET;
        slab(10, 1, 2);
        following(1);
        assertThat(check()).isEqualTo(Mismatch.FIELDS);
    }
}
