package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the command's report of zones with the kernel's: on this machine's null_blk, or on that of a micro-VM. */
class ZoneReportGuestIT {
    private static final int SECTOR_BYTES = 512;

    @TempDir
    private Path folder;

    /**
     * Runs the demo, then blkzone, then operations that the kernel refuses, on one device. {@link DeviceCommandTest}
     * covers a missing device, which takes no kernel.
     */
    @Test
    void theZonesThatTheDemoReportsAreThoseOfBlkzoneAndRefusalsHaveTheirCodes() throws Exception {
        String launcher = "'" + Repository.root().resolve("zns-slab") + "'";
        Path script = Files.writeString(folder.resolve("script"), """
                %1$s demo tiering --device "$ZNS_SLAB_DEVICE" --objects 3000 --epochs 16 --report report.json || exit 1
                blkzone report "$ZNS_SLAB_DEVICE" > zones.txt
                %1$s device list --json > list.json
                head -c 4096 /dev/zero > block
                store=$(sed -n 's/.*"id" : "\\(.*\\)".*/\\1/p' list.json)
                %1$s device write --offset 61M --input block --yes --store "$store"; echo "off the write pointer $?"
                %1$s device read --offset 61M --length 8k --output block; echo "beyond it $?"
                exit 77
                """.formatted(launcher));

        Program program = Program.launcher(
                folder,
                "emulate",
                "null_blk",
                "--zones",
                "32",
                "--share",
                folder.toString(),
                "--",
                "bash",
                script.toString());

        assertThat(program.status()).as(program.all()).isEqualTo(77);
        assertThat(program.out()).contains("off the write pointer 7\n").contains("beyond it 8\n");
        JsonNode report = JsonMapper.builder().build().readTree(Files.readString(folder.resolve("report.json")));
        assertThat(report.at("/checks/blkzone").asText()).isEqualTo("agrees");
        JsonNode listed = JsonSchemas.requireValid("device-list", Files.readString(folder.resolve("list.json")))
                .get("devices");
        assertThat(listed).singleElement().satisfies(device -> {
            assertThat(device.get("path").asText()).isEqualTo("/dev/nullb0");
            assertThat(device.get("zones").asInt()).isEqualTo(32);
            assertThat(device.get("state").asText()).isEqualTo("free");
            assertThat(device.get("holds").asText()).isEqualTo("store");
            assertThat(device.get("configured").asBoolean()).isTrue();
        });
        Map<Long, String> afterClosing = zonesOf(Files.readAllLines(folder.resolve("zones.txt")));
        assertThat(afterClosing).hasSize(32);
        Map<Long, String> reported = zonesOf(report.get("zones"));
        assertThat(reported.keySet()).isEqualTo(afterClosing.keySet());
        reported.entrySet().removeAll(afterClosing.entrySet());
        assertThat(reported)
                .as("zones that closing the store wrote to: the last record of its log")
                .hasSizeLessThanOrEqualTo(1);
    }

    /** From each zone's start to its condition and the bytes written, where a write pointer has a meaning. */
    private static Map<Long, String> zonesOf(JsonNode report) {
        Map<Long, String> zones = new HashMap<>();
        for (JsonNode zone : report) {
            long start = zone.get("start").asLong();
            String condition = zone.get("condition").asText();
            zones.put(start, described(condition, zone.get("write_pointer").asLong() - start));
        }
        return zones;
    }

    private static Map<Long, String> zonesOf(List<String> blkzone) {
        Map<String, String> words =
                Map.of("em", "empty", "oi", "open", "oe", "explicitly open", "cl", "closed", "fu", "full");
        Map<Long, String> zones = new HashMap<>();
        for (String line : blkzone) {
            Matcher zone = Pattern.compile("start: 0x([0-9a-f]+),.* wptr 0x([0-9a-f]+) .*\\((..)\\) ")
                    .matcher(line);
            assertThat(zone.find()).as(line).isTrue();
            zones.put(
                    Long.parseLong(zone.group(1), 16) * SECTOR_BYTES,
                    described(words.get(zone.group(3)), Long.parseLong(zone.group(2), 16) * SECTOR_BYTES));
        }
        return zones;
    }

    private static String described(String condition, long written) {
        return condition.equals("full") ? condition : condition + " with " + written + " bytes";
    }
}
