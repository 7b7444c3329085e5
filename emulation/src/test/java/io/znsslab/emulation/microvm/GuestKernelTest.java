package io.znsslab.emulation.microvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GuestKernelTest {
    @ParameterizedTest
    @EnumSource
    void aKernelIsFoundByTheNameThatItPrints(GuestKernel kernel) {
        assertThat(GuestKernel.of(kernel.toString())).isEqualTo(kernel);
    }

    @Test
    void aVersionThatThereIsNotIsRefusedWithThoseThatThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GuestKernel.of("6.1.0"))
                .withMessage("'6.1.0' is not a guest kernel; the kernels are: distribution, 6.1, 6.12");
    }

    @Test
    void aPackageIsOfOneVersionAlone() {
        assertThat("linux-image-6.1.0-57-amd64").matches(GuestKernel.LINUX_6_1.packageName());
        assertThat("linux-image-6.12.117+deb12-amd64").matches(GuestKernel.LINUX_6_12.packageName());
        assertThat("linux-image-6.12.117+deb12-amd64").doesNotMatch(GuestKernel.LINUX_6_1.packageName());
        assertThat("linux-image-6.1.0-57-amd64").doesNotMatch(GuestKernel.LINUX_6_12.packageName());
        assertThat("linux-image-6.18.1-amd64").matches(GuestKernel.DISTRIBUTION.packageName());
    }
}
