package io.znsslab.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NativeExceptionTest {

    @Test
    void theMessageSaysWhatWasAttemptedAndWhatTheKernelAnswered() {
        NativeException failure = new NativeException("pwrite of 4096 bytes at 8192 to /dev/x", 5, "look at dmesg");

        assertThat(failure)
                .hasMessage("pwrite of 4096 bytes at 8192 to /dev/x: EIO (5), Input/output error; look at dmesg");
        assertThat(failure.errno()).isEqualTo(Errno.EIO);
        assertThat(failure.errnoName()).isEqualTo("EIO");
        assertThat(failure.call()).isEqualTo("pwrite of 4096 bytes at 8192 to /dev/x");
    }

    @Test
    void aNegativeResultOfARingBecomesAnException() {
        assertThatThrownBy(() -> NativeException.check(-16, "io_uring_register_buffers"))
                .isInstanceOf(NativeException.class)
                .hasMessage("io_uring_register_buffers: EBUSY (16), Device or resource busy");
        assertThat(NativeException.check(3, "io_uring_submit")).isEqualTo(3);
    }

    @Test
    void aNumberWithoutANameIsPrintedAsANumber() {
        assertThat(Errno.name(41)).isEqualTo("errno 41");
        assertThat(Errno.name(4711)).isEqualTo("errno 4711");
        assertThat(Errno.name(0)).isEqualTo("errno 0");
        assertThat(Errno.text(4711)).isEqualTo("Unknown error 4711");
    }
}
