package io.znsslab.emulation.microvm;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Features that a guest needs from its kernel besides the modules. A version number does not tell them, since
 * distributions backport single changes: Debian's 6.1.0-50 has a null_blk without {@code zone_readonly} and
 * {@code zone_offline}, its 6.1.0-57 has both.
 *
 * <p>A feature is recognised by a text in its module. Built-in code can't be searched that way, and is assumed to have
 * the feature.
 */
final class KernelFeatures {
    private static final List<String> NULL_BLK_ATTRIBUTES = List.of(
            "memory_backed",
            "max_sectors",
            "completion_nsec",
            "zoned",
            "zone_size",
            "zone_capacity",
            "zone_nr_conv",
            "zone_max_open",
            "zone_max_active",
            "badblocks",
            "zone_readonly",
            "zone_offline");

    /**
     * Part of a message of {@code drivers/nvme/host/zns.c}, which a kernel without zoned block devices does not
     * compile.
     */
    private static final String ZONED_NAMESPACES = "zone operations:";

    private KernelFeatures() {}

    /**
     * The features that these modules lack, in words; empty for a kernel that will do.
     *
     * @param modules name of file to decompressed content
     */
    static List<String> missing(Map<String, byte[]> modules) {
        List<String> missing = new ArrayList<>();
        byte[] nullBlk = modules.get("null_blk.ko");
        if (nullBlk != null) {
            String text = new String(nullBlk, StandardCharsets.ISO_8859_1);
            for (String attribute : NULL_BLK_ATTRIBUTES) {
                if (!text.contains("\0" + attribute + "\0")) {
                    missing.add("null_blk's " + attribute);
                }
            }
        }
        byte[] nvme = modules.get("nvme_core.ko");
        if (nvme != null && !new String(nvme, StandardCharsets.ISO_8859_1).contains(ZONED_NAMESPACES)) {
            missing.add("NVMe's zoned namespaces");
        }
        return missing;
    }
}
