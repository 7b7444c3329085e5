package io.znsslab.emulation.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A zoned namespace of QEMU's NVMe device that the tests of this class need; {@link ZonedDevices#nvme} returns its
 * path. All its zones are empty when the class starts. A run with such a class uses the micro-VM, even where the host's
 * kernel has null_blk.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(NvmeZns.Several.class)
public @interface NvmeZns {
    int zones() default 16;

    int zoneMebibytes() default 64;

    int zoneCapacityMebibytes() default 48;

    /** 0 for no limit. */
    int maxOpenZones() default 8;

    /** 0 for no limit. */
    int maxActiveZones() default 12;

    int blockBytes() default 4096;

    /** Holds several namespaces of one class. */
    @Documented
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Several {
        NvmeZns[] value();
    }
}
