package io.znsslab.cli.bench.memory;

import io.znsslab.core.SlabAllocator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Resident memory of this process without the Java heap, which a memory limit does not bound: the kernel's account of
 * the mappings ({@code Documentation/filesystems/proc.rst}), less those where the Java machine says its heap is. A
 * collector that does not say so, as ZGC, has its heap counted.
 */
final class OffHeapMemory {
    private static final Path SMAPS = Path.of("/proc/self/smaps");
    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]+");
    private static final Pattern MAPPING = Pattern.compile("[0-9a-f]+-[0-9a-f]+ .*");

    private OffHeapMemory() {}

    /** Resident bytes now. */
    static long residentBytes() {
        long[] heap = heapAddresses();
        return SlabAllocator.processRssBytes() - (heap.length == 0 ? 0 : residentBytes(heap[0], heap[heap.length - 1]));
    }

    /** The bounds of the heap's parts, ascending; none if they are not known. */
    private static long[] heapAddresses() {
        String heap;
        try {
            heap = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcHeapInfo", null, null);
        } catch (JMException e) {
            throw new IllegalStateException("the Java machine does not say where its heap is", e);
        }
        return ADDRESS.matcher(heap)
                .results()
                .mapToLong(address -> Long.parseUnsignedLong(address.group().substring(2), 16))
                .sorted()
                .toArray();
    }

    private static long residentBytes(long from, long to) {
        long bytes = 0;
        boolean within = false;
        try (BufferedReader lines = Files.newBufferedReader(SMAPS, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (MAPPING.matcher(line).matches()) {
                    int dash = line.indexOf('-');
                    long start = Long.parseUnsignedLong(line, 0, dash, 16);
                    long end = Long.parseUnsignedLong(line, dash + 1, line.indexOf(' '), 16);
                    within = start >= from && end <= to;
                } else if (within && line.startsWith("Rss:")) {
                    bytes += Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + SMAPS, e);
        }
        return bytes;
    }
}
