package io.znsslab.emulation.microvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KernelFeaturesTest {
    private static final String NULL_BLK = "ELF\0memory_backed\0max_sectors\0completion_nsec\0zoned\0zone_size\0"
            + "zone_capacity\0zone_nr_conv\0zone_max_open\0zone_max_active\0badblocks\0zone_readonly\0zone_offline\0";
    private static final String NVME = "ELF\0zone operations:%x not supported for namespace:%u\n\0";

    @Test
    void aKernelThatHasAllOfThemLacksNone() {
        assertThat(KernelFeatures.missing(modules(NULL_BLK, NVME))).isEmpty();
    }

    @Test
    void whatAnOlderNullBlkCannotDoIsNamed() {
        String older = NULL_BLK.replace("zone_readonly\0zone_offline\0", "zone_offline_count\0");

        assertThat(KernelFeatures.missing(modules(older, NVME)))
                .containsExactly("null_blk's zone_readonly", "null_blk's zone_offline");
    }

    @Test
    void anNvmeDriverWithoutZonedNamespacesWillNotDo() {
        assertThat(KernelFeatures.missing(modules(NULL_BLK, "ELF\0nvme_cmd_zone_append\0")))
                .containsExactly("NVMe's zoned namespaces");
    }

    @Test
    void builtInFeaturesAreAssumedToBeThere() {
        assertThat(KernelFeatures.missing(Map.of())).isEmpty();
    }

    private static Map<String, byte[]> modules(String nullBlk, String nvme) {
        return Map.of(
                "null_blk.ko", nullBlk.getBytes(StandardCharsets.ISO_8859_1),
                "nvme_core.ko", nvme.getBytes(StandardCharsets.ISO_8859_1));
    }
}
