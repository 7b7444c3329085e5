package io.znsslab.cli.config;

import io.znsslab.cli.terminal.ByteSize;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.TimeSpan;
import io.znsslab.core.DemotionPressure;
import io.znsslab.core.EpochOptions;
import io.znsslab.core.HandleFormat;
import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.SlabAllocatorBuilder;
import io.znsslab.tier.ErrorPolicy;
import io.znsslab.tier.FullDevicePolicy;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.ZnsTierBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/**
 * The settings of a command that opens a store, with the option {@code --set} for each of them: applies what the user
 * has set, in whatever way, to the builders of tier and allocator. What is not set stays as the builders have it, so
 * that a command gives its own defaults before, and what it cannot do without afterwards.
 */
public final class StoreSettings {
    private final Session session;

    @Option(
            names = Settings.FLAG,
            paramLabel = "KEY=VALUE",
            description = "Value of a setting for this run, such as tier.read-depth=64; may be repeated. "
                    + "`zns-slab config list` shows all settings.")
    private List<String> assignments = List.of();

    /** For picocli's factory. */
    public StoreSettings(Session session) {
        this.session = session;
    }

    /** All settings, those of the command line included. */
    public Settings settings() {
        return new Settings(session, assignments);
    }

    /**
     * Looks at all settings, so that a bad one is an error before anything is asked or done.
     *
     * @throws CommandFailure {@link ExitCode#USAGE}
     */
    public void check() {
        Settings all = settings();
        for (Setting setting : Setting.values()) {
            if (setting != Setting.DEVICE) {
                var _ = all.value(setting, null);
            }
        }
    }

    /** The value of a setting in the form of {@link Setting#checked}, if the user has set it. */
    public Optional<String> given(Setting setting) {
        SettingValue value = settings().value(setting, null);
        return value.origin() == Origin.DEFAULT ? Optional.empty() : Optional.of(value.value());
    }

    /** A setting that is a size, in bytes, if the user has set it. */
    public Optional<Long> givenBytes(Setting setting) {
        return given(setting).map(new ByteSize()::convert);
    }

    /** The options that set the same on another command line, wherever it runs. */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            if (setting != Setting.DEVICE) {
                given(setting)
                        .ifPresent(value -> arguments.addAll(List.of(Settings.FLAG, setting.key() + "=" + value)));
            }
        }
        return arguments;
    }

    /** Applies the settings of the tier. */
    public ZnsTierBuilder applyTo(ZnsTierBuilder builder) {
        apply(Setting.PARALLEL_ZONES, value -> builder.parallelZones(Integer.parseInt(value)));
        applySize(Setting.WRITE_SIZE, bytes -> builder.writeBytes(Math.toIntExact(bytes)));
        applySize(Setting.BACKLOG, builder::backlogBytes);
        apply(Setting.READ_DEPTH, value -> builder.readDepth(Integer.parseInt(value)));
        applySize(Setting.READ_CACHE, builder::readCacheBytes);
        apply(Setting.WHEN_FULL, value -> builder.whenFull(constant(FullDevicePolicy.class, value)));
        apply(Setting.BLOCK_AT_MOST, value -> builder.blockAtMost(new TimeSpan().convert(value)));
        apply(Setting.REQUIRE_RING, value -> builder.requireRing(Boolean.parseBoolean(value)));
        apply(Setting.ON_ERRORS, value -> builder.onErrors(constant(ErrorPolicy.class, value)));
        return builder;
    }

    /** Applies the settings of the allocator. */
    public SlabAllocatorBuilder applyTo(SlabAllocatorBuilder builder) {
        applySize(Setting.LIMIT, builder::limitBytes);
        applySize(Setting.MEMORY_LIMIT, builder::memoryLimit);
        applySize(Setting.SLAB_SIZE, bytes -> builder.slabBytes(Math.toIntExact(bytes)));
        apply(
                Setting.SIZE_CLASSES,
                value -> builder.sizeClasses(Arrays.stream(value.split(",", -1))
                        .mapToInt(Integer::parseInt)
                        .toArray()));
        apply(Setting.EPOCH_COUNT, value -> builder.epochCount(Integer.parseInt(value)));
        apply(Setting.RECLAMATION, value -> builder.reclamation(constant(Reclamation.class, value)));
        apply(Setting.CACHED_SLABS, value -> builder.cachedSlabs(Integer.parseInt(value)));
        applySize(Setting.HOT_SIZE, builder::hotBytes);
        apply(Setting.HANDLE_FORMAT, value -> builder.handleFormat(constant(HandleFormat.class, value)));
        apply(Setting.ZERO_ON_ALLOCATE, value -> builder.zeroOnAllocate(Boolean.parseBoolean(value)));
        apply(Setting.PACKED_DOMAINS, value -> builder.packedDomains(Boolean.parseBoolean(value)));
        apply(Setting.TRACE_OPENINGS, value -> builder.traceOpenings(Boolean.parseBoolean(value)));
        apply(Setting.REPORT_OPEN_LONGER_THAN, value -> builder.reportOpenLongerThan(spanOrUnlimited(value)));
        apply(Setting.DEMOTE_UNDER_PRESSURE, value -> builder.demoteUnderPressure(pressure(value)));
        return builder;
    }

    /** Opens the tier; settings that do not go together are a usage error. */
    public ZnsTier open(ZnsTierBuilder builder) {
        return blamed(builder::open);
    }

    /** Builds the allocator; settings that do not go together are a usage error. */
    public SlabAllocator build(SlabAllocatorBuilder builder) {
        return blamed(builder::build);
    }

    private <T> T blamed(Supplier<T> attempt) {
        try {
            return attempt.get();
        } catch (IllegalArgumentException e) {
            List<String> given = new ArrayList<>();
            for (Setting setting : Setting.values()) {
                SettingValue value = settings().value(setting, null);
                if (setting != Setting.DEVICE && value.origin() != Origin.DEFAULT) {
                    given.add(setting.key() + "=" + value.value() + " from " + value.source());
                }
            }
            String set = given.isEmpty() ? "" : " (set: " + String.join(", ", given) + ")";
            throw new CommandFailure(ExitCode.USAGE, e.getMessage() + set, e);
        }
    }

    private void apply(Setting setting, Consumer<String> to) {
        given(setting).ifPresent(to);
    }

    private void applySize(Setting setting, Consumer<Long> to) {
        givenBytes(setting).ifPresent(to);
    }

    private static Duration spanOrUnlimited(String value) {
        return value.equals(ValueType.SpanOrNone.OFF) ? EpochOptions.UNLIMITED : new TimeSpan().convert(value);
    }

    private static DemotionPressure pressure(String value) {
        if (value.equals(ValueType.Watermarks.OFF)) {
            return null;
        }
        String[] percents = value.split("-", -1);
        return new DemotionPressure(Integer.parseInt(percents[0]), Integer.parseInt(percents[1]));
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String word) {
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
