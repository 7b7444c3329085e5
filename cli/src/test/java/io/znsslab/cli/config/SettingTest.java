package io.znsslab.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SettingTest {
    /** Values that are not good, at least one of each setting, each with a part of the answer. */
    private static final String BAD_VALUES = """
            device                          | nulblk        | did you mean null_blk?
            device                          | file:         | a path is missing
            tier.parallel-zones             | 0             | the nearest is 1
            tier.parallel-zones             | 65            | the nearest is 64
            tier.parallel-zones             | many          | not a whole number
            tier.write-size                 | 64KiB         | the nearest is 128KiB
            tier.write-size                 | 5MiB          | the nearest is 4MiB
            tier.write-size                 | 200000        | the nearest is 196KiB
            tier.write-size                 | large         | not a size
            tier.backlog                    | 0             | the nearest is 1
            tier.backlog                    | -1            | not a size
            tier.read-depth                 | 0             | the nearest is 1
            tier.read-depth                 | 5000          | the nearest is 4096
            tier.read-cache                 | 2TiB          | the nearest is 1TiB
            tier.when-full                  | evict         | did you mean evict-oldest?
            tier.when-full                  | explode       | not reject, block or evict-oldest
            tier.block-at-most              | 0s            | the nearest is 100ms
            tier.block-at-most              | 10            | not a time such as 10s
            tier.on-errors                  | contineu      | did you mean continue?
            tier.require-ring               | yes           | not true or false
            allocator.limit                 | 1             | the nearest is 4KiB
            allocator.memory-limit          | plenty        | not a size
            allocator.slab-size             | 5000          | the nearest is 4KiB
            allocator.slab-size             | 48KiB         | the nearest is 32KiB
            allocator.slab-size             | 1MiB          | the nearest is 64KiB
            allocator.size-classes          | 64,100        | the nearest is 64,104
            allocator.size-classes          | 128,64        | the nearest is 64,128
            allocator.size-classes          | small         | ascending multiples of 8
            allocator.epoch-count           | 100           | the nearest is 128
            allocator.epoch-count           | 0             | the nearest is 2
            allocator.epoch-count           | few           | not a whole number
            allocator.reclamation           | keep          | did you mean keep-hot?
            allocator.cached-slabs          | 0             | the nearest is 1
            allocator.hot-size              | warm          | not a size
            allocator.handle-format         | wde           | did you mean wide?
            allocator.zero-on-allocate      | yes           | not true or false
            allocator.trace-openings        | yes           | not true or false
            allocator.packed-domains        | flase         | did you mean false?
            allocator.report-open-longer-than | 0s          | the nearest is 100ms
            allocator.report-open-longer-than | long        | a time such as 10s
            allocator.demote-under-pressure | 60-80         | the nearest is 80-60
            allocator.demote-under-pressure | 120-50        | the nearest is 100-50
            allocator.demote-under-pressure | soon          | two percentages
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = BAD_VALUES)
    void aValueThatIsNotGoodIsAUsageErrorThatNamesTheNearestGoodOne(String key, String value, String answer) {
        assertThatThrownBy(() -> Setting.require(key).checked(value))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE))
                .hasMessageContaining(answer)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @EnumSource
    void aSettingHasABadValueInTheTableAndItsDefaultIsAGoodOne(Setting setting) {
        assertThat(BAD_VALUES.lines().map(line -> line.split("\\|", -1)[0].strip()))
                .contains(setting.key());
        assertThat(setting.checked(setting.defaultValue())).isEqualTo(setting.defaultValue());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tier.write-size                 | 1M            | 1MiB
            tier.backlog                    | 1GB           | 1GiB
            tier.block-at-most              | 120s          | 2m
            tier.when-full                  | EVICT_OLDEST  | evict-oldest
            allocator.limit                 | 8192          | 8KiB
            allocator.slab-size             | 65536         | 64KiB
            allocator.size-classes          | 64, 128       | 64,128
            allocator.demote-under-pressure | 80% - 60%     | 80-60
            allocator.demote-under-pressure | OFF           | off
            allocator.zero-on-allocate      | True          | true
            """)
    void aGoodValueIsKeptInOneForm(String key, String value, String kept) {
        assertThat(Setting.require(key).checked(value)).isEqualTo(kept);
        assertThat(Setting.require(key).checked(kept)).isEqualTo(kept);
    }

    @Test
    void keysAndVariablesAreDifferentAndFollowOneRule() {
        assertThat(Arrays.stream(Setting.values()).map(Setting::key)).doesNotHaveDuplicates();
        assertThat(Arrays.stream(Setting.values()).map(Setting::variable)).doesNotHaveDuplicates();
        assertThat(Setting.DEVICE.variable()).isEqualTo("ZNS_SLAB_DEVICE");
        assertThat(Setting.READ_DEPTH.variable()).isEqualTo("ZNS_SLAB_TIER_READ_DEPTH");
    }
}
