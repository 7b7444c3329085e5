package io.znsslab.emulation.microvm;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes an initial RAM disk: a cpio archive in the "new ASCII" format, which the kernel unpacks.
 *
 * <p>Source of the format: the kernel's {@code Documentation/driver-api/early-userspace/buffer-format.rst}. Not
 * thread-safe.
 *
 * <pre>
 *   entry := header(110) name NUL pad4 content pad4
 *   header := "070701" ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
 *             (8 hex digits each)
 * </pre>
 */
final class CpioArchive {
    static final int FOLDER = 0040755;
    static final int FILE = 0100644;
    static final int PROGRAM = 0100755;

    private static final int HEADER_BYTES = 110;
    private static final String TRAILER = "TRAILER!!!";

    private final OutputStream out;
    private int inode = 1;

    CpioArchive(OutputStream out) {
        this.out = out;
    }

    void add(String name, int mode, byte[] content) throws IOException {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        String header = "070701" + hex(inode++) + hex(mode) + hex(0) + hex(0) + hex(1) + hex(0) + hex(content.length)
                + hex(0) + hex(0) + hex(0) + hex(0) + hex(nameBytes.length + 1) + hex(0);
        out.write(header.getBytes(StandardCharsets.US_ASCII));
        out.write(nameBytes);
        out.write(0);
        pad(HEADER_BYTES + nameBytes.length + 1);
        out.write(content);
        pad(content.length);
    }

    void addFolder(String name) throws IOException {
        add(name, FOLDER, new byte[0]);
    }

    /** Ends the archive; the stream stays open. */
    void finish() throws IOException {
        add(TRAILER, 0, new byte[0]);
    }

    private void pad(int written) throws IOException {
        out.write(new byte[-written & 3]);
    }

    private static String hex(int value) {
        return String.format("%08x", value);
    }
}
