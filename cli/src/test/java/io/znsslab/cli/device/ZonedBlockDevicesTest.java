package io.znsslab.cli.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.cli.JsonSchemas;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's description of its block devices, in files like the kernel's. */
class ZonedBlockDevicesTest {
    @TempDir
    private Path folder;

    private ZonedBlockDevices machine;

    @BeforeEach
    void describeAMachine() throws IOException {
        machine = new ZonedBlockDevices(folder.resolve("block"), folder.resolve("dev"), folder.resolve("mountinfo"));
        Files.createDirectories(folder.resolve("dev"));
        Files.writeString(
                folder.resolve("mountinfo"),
                "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n40 21 259:7 / /mnt/my\\040zones rw - f2fs /dev/nvme1n1 rw\n");
        block("sda", "none", "8:0", "Disk", 0);
        block("nvme0n2", "host-managed", "259:3", "Zoned Drive  \n", 904);
        block("nvme1n1", "host-managed", "259:7", "", 12);
        block("sdb", "host-aware", "8:16", "SMR", 100);
        Files.createDirectories(folder.resolve("block/sdb/holders/dm-0"));
    }

    private void block(String name, String zoned, String number, String model, int zones) throws IOException {
        Path block = folder.resolve("block").resolve(name);
        Files.createDirectories(block.resolve("queue"));
        Files.createDirectories(block.resolve("device"));
        Files.writeString(block.resolve("queue/zoned"), zoned + "\n");
        Files.writeString(block.resolve("queue/nr_zones"), zones + "\n");
        Files.writeString(block.resolve("size"), "8388608\n");
        Files.writeString(block.resolve("dev"), number + "\n");
        Files.writeString(block.resolve("ro"), "0\n");
        Files.writeString(block.resolve("device/model"), model);
        Path node = Files.writeString(folder.resolve("dev").resolve(name), "a device of " + name);
        Files.setPosixFilePermissions(node, PosixFilePermissions.fromString("rw-rw----"));
    }

    @Test
    void zonedDevicesAreFoundWithWhatTheKernelSaysOfThemAndOthersAreNot() {
        List<ZonedBlockDevices.Found> found = machine.find();

        assertThat(found)
                .extracting(ZonedBlockDevices.Found::path)
                .containsExactly(node("nvme0n2"), node("nvme1n1"), node("sdb"));
        ZonedBlockDevices.Found first = found.getFirst();
        assertThat(first.zoned()).isEqualTo("host-managed");
        assertThat(first.model()).isEqualTo("Zoned Drive");
        assertThat(first.sizeBytes()).isEqualTo(4L << 30);
        assertThat(first.zones()).isEqualTo(904);
        assertThat(first.permissions()).isEqualTo("rw-rw----");
        assertThat(first.owner()).contains(":");
        assertThat(first.mountedAt()).isEmpty();
        assertThat(found.get(1).mountedAt()).hasValue("/mnt/my zones");
        assertThat(found.get(2).holders()).containsExactly("dm-0");
    }

    private Path node(String name) {
        return folder.resolve("dev").resolve(name);
    }

    @Test
    void aMachineWithoutBlockDevicesHasNoZonedOnes() {
        assertThat(new ZonedBlockDevices(folder.resolve("nothing"), folder, folder.resolve("nothing")).find())
                .isEmpty();
    }

    @Test
    void whatIsMountedOrHeldIsNotOpenedAndWhatCannotBeOpenedSaysWhy() {
        List<ListedDevice> listed = machine.find().stream()
                .map(found -> ListedDevice.of(found, false))
                .toList();

        assertThat(listed).extracting(ListedDevice::state).containsExactly("failed", "mounted", "in use");
        assertThat(listed.get(0).detail()).contains("is not a zoned device file");
        assertThat(listed.get(1).detail()).isEqualTo("at /mnt/my zones");
        assertThat(listed.get(2).detail()).isEqualTo("by dm-0");
        JsonSchemas.requireValid("device-list", Json.text(new DeviceListCommand.Report(listed)));
    }

    @Test
    void theListNamesModelSizeZonesOwnerAndUse() {
        assertThat(list(machine))
                .contains(node("nvme0n2") + "  Zoned Drive (host-managed), 4 GiB, 904 zones, ")
                .contains("  mounted, at /mnt/my zones\n")
                .contains("  in use, by dm-0\n");
    }

    @Test
    void aMachineWithoutZonedDevicesIsToldWhatElseThereIs() {
        assertThat(list(new ZonedBlockDevices(folder.resolve("nothing"), folder, folder.resolve("nothing"))))
                .startsWith("no zoned block device on this machine\n")
                .contains("zns-slab emulate null_blk");
    }

    private String list(ZonedBlockDevices of) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text, true);
        Terminal terminal = new Terminal(out, OutputStream.nullOutputStream(), out, false, 80);
        new DeviceListCommand(new Session(Map.of("HOME", folder.toString()), terminal), of).run();
        return text.toString();
    }
}
