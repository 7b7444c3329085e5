package io.znsslab.emulation.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A zoned namespace of QEMU's NVMe device that the tests of this class need; {@link ZonedDevices#nvme} gives its path.
 * Its zones are all empty when the class starts. A run that has such a class goes to the micro-VM, also where the
 * host's kernel has null_blk.
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

    /** More than one of them. */
    @Documented
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Several {
        NvmeZns[] value();
    }
}
