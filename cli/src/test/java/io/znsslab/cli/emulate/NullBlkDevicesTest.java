package io.znsslab.cli.emulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.emulation.nullblk.NullBlockDriver;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NullBlkDevicesTest {
    @Test
    void aKernelWithoutTheDriverIsToldInOneLineWithAWayOut() {
        assertThatThrownBy(() -> NullBlkDevices.of(
                        new NullBlockDriver.Unavailable("the kernel has no configfs at /sys/kernel/config"),
                        "create a null_blk device"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("cannot create a null_blk device here: the kernel has no configfs at /sys/kernel/config; "
                        + "to run a command beside one in a micro-VM: zns-slab emulate null_blk -- COMMAND")
                .extracting(failure -> ((CommandFailure) failure).exitCode())
                .isEqualTo(ExitCode.NO_ZONED_KERNEL);
    }

    @Test
    void theArgumentsForTheGuestGiveTheSameFaults() {
        DeviceFaults faults = new DeviceFaults(
                Duration.ofNanos(80_000), List.of(new ByteRange(8 << 20, 4096)), List.of(3, 4), List.of(5));

        assertThat(faults.arguments())
                .containsExactly(
                        "--latency",
                        "80us",
                        "--bad-blocks",
                        "8388608+4096",
                        "--read-only-zone",
                        "3",
                        "--read-only-zone",
                        "4",
                        "--offline-zone",
                        "5");
        assertThat(DeviceFaults.NONE.arguments()).isEmpty();
    }
}
