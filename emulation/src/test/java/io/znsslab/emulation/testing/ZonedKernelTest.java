package io.znsslab.emulation.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Makes the engine {@code zoned-kernel} run this class's tests in a kernel with zoned block devices. The tests are root
 * there, see all files of the host, and make their devices with {@link ZonedDevices}.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("zoned-kernel")
@ExtendWith(OnlyInZonedKernel.class)
public @interface ZonedKernelTest {}
