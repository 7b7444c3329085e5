package io.znsslab.tier.device;

/** How a device's reads, writes and flushes reach its medium. */
public enum IoMethod {
    /** By io_uring: all requests of a queue in few system calls, and none of them takes a thread. */
    IO_URING,

    /**
     * By a blocking system call for each request, on a few threads of the device: where io_uring can't be had, as under
     * the usual seccomp filter of containers.
     */
    PLAIN,

    /** In the memory of the process. */
    MEMORY
}
