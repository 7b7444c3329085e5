package io.znsslab.cli.config;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Nearest;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code zns-slab config} keeps: the device, and every option of the tier's and the allocator's builders, whose
 * documents say more. Not among them is the tier's {@code force}: kept, it would format the device at every opening.
 */
public enum Setting {
    /** The device that commands work on when none is named. */
    DEVICE("device", "auto", new ValueType.Device(), "Device of every command"),

    /** {@link io.znsslab.tier.ZnsTierBuilder#parallelZones}. */
    PARALLEL_ZONES("tier.parallel-zones", "4", new ValueType.WholeNumber(1, 64), "Zones written at a time, at most"),
    /** {@link io.znsslab.tier.ZnsTierBuilder#writeBytes}. */
    WRITE_SIZE(
            "tier.write-size",
            "512KiB",
            new ValueType.Size(128 << 10, 4 << 20, 4096),
            "Size of writes to the device, approximately"),
    /** {@link io.znsslab.tier.ZnsTierBuilder#backlogBytes}. */
    BACKLOG(
            "tier.backlog",
            "256MiB",
            new ValueType.Size(1, Long.MAX_VALUE, 1),
            "Bytes that may wait to be written before the closing of epochs blocks; a quarter of the limit at most"),
    /** {@link io.znsslab.tier.ZnsTierBuilder#readDepth}. */
    READ_DEPTH("tier.read-depth", "128", new ValueType.WholeNumber(1, 4096), "Cold reads in flight, at most"),
    /** {@link io.znsslab.tier.ZnsTierBuilder#readCacheBytes}. */
    READ_CACHE(
            "tier.read-cache",
            "0",
            new ValueType.Size(0, 1L << 40, 1),
            "Memory for slabs that were read without being promoted; 0 for none"),
    /** {@link io.znsslab.tier.ZnsTierBuilder#whenFull}. */
    WHEN_FULL(
            "tier.when-full",
            "reject",
            new ValueType.Word("reject", "block", "evict-oldest"),
            "What a demotion does when the device is full"),
    /** {@link io.znsslab.tier.ZnsTierBuilder#blockAtMost}. */
    BLOCK_AT_MOST("tier.block-at-most", "30s", new ValueType.Span(), "How long a demotion waits for room under block"),
    /** {@link io.znsslab.tier.ZnsTierBuilder#onErrors}. */
    ON_ERRORS(
            "tier.on-errors",
            "fail",
            new ValueType.Word("fail", "continue"),
            "What an opening does when something on the device is lost: fail, or continue with the rest"),
    /** {@link io.znsslab.tier.ZnsTierBuilder#requireRing}. */
    REQUIRE_RING(
            "tier.require-ring",
            "false",
            new ValueType.Word("true", "false"),
            "Whether a device is refused without io_uring, instead of being driven by plain system calls"),

    /** {@link io.znsslab.core.SlabAllocatorBuilder#limitBytes}. */
    LIMIT("allocator.limit", "1GiB", new ValueType.Size(4096, Long.MAX_VALUE, 1), "Memory for slabs, at most"),
    /** {@link io.znsslab.core.SlabAllocatorBuilder#memoryLimit}. */
    MEMORY_LIMIT(
            "allocator.memory-limit",
            "0",
            new ValueType.Size(0, Long.MAX_VALUE, 1),
            "Memory of allocator and tier together, at most, off the Java heap; 0 for no such limit"),
    /** {@link io.znsslab.core.SlabAllocatorBuilder#slabBytes}. */
    SLAB_SIZE("allocator.slab-size", "4KiB", new ValueType.PowerOfTwo(4096, 65_536, true), "Size of a slab"),
    /** {@link io.znsslab.core.SlabAllocatorBuilder#sizeClasses}. */
    SIZE_CLASSES(
            "allocator.size-classes",
            "64,96,128,192,256,384,512,768",
            new ValueType.SizeClasses(),
            "Slot sizes in bytes, each 8 more than the largest object that it holds"),
    /** {@link io.znsslab.core.SlabAllocatorBuilder#epochCount}. */
    EPOCH_COUNT(
            "allocator.epoch-count",
            "128",
            new ValueType.PowerOfTwo(2, 32_768, false),
            "Epochs that can be open at a time"),
    /** {@link io.znsslab.core.SlabAllocatorBuilder#reclamation}. */
    RECLAMATION(
            "allocator.reclamation",
            "return-to-os",
            new ValueType.Word("return-to-os", "keep-hot"),
            "What happens to the memory of slabs that end"),
    /** {@link io.znsslab.core.SlabAllocatorBuilder#cachedSlabs}. */
    CACHED_SLABS(
            "allocator.cached-slabs",
            "32",
            new ValueType.WholeNumber(1, 4096),
            "Empty slabs of a size class that each thread keeps under keep-hot"),
    /** {@link io.znsslab.core.SlabAllocatorBuilder#hotBytes}. */
    HOT_SIZE(
            "allocator.hot-size",
            "4MiB",
            new ValueType.Size(0, Long.MAX_VALUE, 1),
            "Memory that domains leave hot for the next ones under return-to-os"),
    /** {@link io.znsslab.core.SlabAllocatorBuilder#handleFormat}. */
    HANDLE_FORMAT(
            "allocator.handle-format", "wide", new ValueType.Word("wide", "compact"), "Layout of the handles' bits"),
    /** {@link io.znsslab.core.SlabAllocatorBuilder#zeroOnAllocate}. */
    ZERO_ON_ALLOCATE(
            "allocator.zero-on-allocate",
            "false",
            new ValueType.Word("true", "false"),
            "Whether new objects are filled with zeroes"),
    /** {@link io.znsslab.core.SlabAllocatorBuilder#packedDomains}. */
    PACKED_DOMAINS(
            "allocator.packed-domains",
            "true",
            new ValueType.Word("true", "false"),
            "Whether domains pack objects of all sizes into the same slabs"),
    /** {@link io.znsslab.core.SlabAllocatorBuilder#traceOpenings}. */
    TRACE_OPENINGS(
            "allocator.trace-openings",
            "false",
            new ValueType.Word("true", "false"),
            "Whether the place is kept where each epoch is opened, to find leaks"),
    /** {@link io.znsslab.core.SlabAllocatorBuilder#reportOpenLongerThan}. */
    REPORT_OPEN_LONGER_THAN(
            "allocator.report-open-longer-than",
            ValueType.SpanOrNone.OFF,
            new ValueType.SpanOrNone(),
            "How long an epoch may be open before a warning says so, to find leaks"),
    /** {@link io.znsslab.core.SlabAllocatorBuilder#demoteUnderPressure}. */
    DEMOTE_UNDER_PRESSURE(
            "allocator.demote-under-pressure",
            ValueType.Watermarks.OFF,
            new ValueType.Watermarks(),
            "Shares of the limit in use at which closed epochs are demoted, and down to which");

    private final String key;
    private final String defaultValue;

    @SuppressWarnings("ImmutableEnumChecker") // a record of what cannot change
    private final ValueType type;

    private final String meaning;

    Setting(String key, String defaultValue, ValueType type, String meaning) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.type = type;
        this.meaning = meaning;
    }

    /** Name on the command line and in the file. */
    public String key() {
        return key;
    }

    /** Environment variable that wins over the file: {@code ZNS_SLAB_TIER_READ_DEPTH} for {@code tier.read-depth}. */
    public String variable() {
        return "ZNS_SLAB_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Value where none is given. */
    public String defaultValue() {
        return defaultValue;
    }

    /** The good values in words. */
    public String form() {
        return type.form();
    }

    /** What it sets, in a phrase. */
    public String meaning() {
        return meaning;
    }

    /**
     * The value in the form in which it is kept.
     *
     * @throws CommandFailure {@link ExitCode#USAGE} for one that is not good, saying what would be
     */
    public String checked(String value) {
        return type.checked(value);
    }

    /** The setting of that name. */
    public static Optional<Setting> named(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key.equals(key))
                .findFirst();
    }

    /**
     * The same, for a name that has to be one.
     *
     * @throws CommandFailure {@link ExitCode#USAGE}, with the nearest name
     */
    public static Setting require(String key) {
        return named(key)
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.USAGE,
                        "there is no setting '" + key + "'"
                                + nearestKey(key)
                                        .map(near -> ": did you mean " + near + "?")
                                        .orElse("; `zns-slab config list` shows all of them")));
    }

    /** The name that is nearest to one that is none. */
    static Optional<String> nearestKey(String key) {
        List<String> keys = Arrays.stream(values()).map(Setting::key).toList();
        Optional<String> whole = Nearest.to(key, keys);
        return whole.isPresent()
                ? whole
                : Nearest.to(lastPart(key), keys.stream().map(Setting::lastPart).toList())
                        .flatMap(part -> keys.stream()
                                .filter(candidate -> lastPart(candidate).equals(part))
                                .findFirst());
    }

    private static String lastPart(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    /** The names, for completion. */
    static final class Keys implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(values()).map(Setting::key).iterator();
        }
    }
}
