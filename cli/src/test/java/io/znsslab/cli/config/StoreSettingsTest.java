package io.znsslab.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.Terminal;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.SlabAllocatorBuilder;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.ZnsTierBuilder;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.NullZonedDevice;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreSettingsTest {
    /** Another value than the default's for every setting of a store. */
    private static final Map<Setting, String> OTHERS = Map.ofEntries(
            Map.entry(Setting.PARALLEL_ZONES, "2"),
            Map.entry(Setting.WRITE_SIZE, "1MiB"),
            Map.entry(Setting.BACKLOG, "64MiB"),
            Map.entry(Setting.READ_DEPTH, "16"),
            Map.entry(Setting.READ_CACHE, "8MiB"),
            Map.entry(Setting.WHEN_FULL, "block"),
            Map.entry(Setting.BLOCK_AT_MOST, "5s"),
            Map.entry(Setting.ON_ERRORS, "continue"),
            Map.entry(Setting.REQUIRE_RING, "true"),
            Map.entry(Setting.LIMIT, "64MiB"),
            Map.entry(Setting.MEMORY_LIMIT, "128MiB"),
            Map.entry(Setting.SLAB_SIZE, "8KiB"),
            Map.entry(Setting.SIZE_CLASSES, "64,1024"),
            Map.entry(Setting.EPOCH_COUNT, "16"),
            Map.entry(Setting.RECLAMATION, "keep-hot"),
            Map.entry(Setting.CACHED_SLABS, "8"),
            Map.entry(Setting.HOT_SIZE, "1MiB"),
            Map.entry(Setting.HANDLE_FORMAT, "compact"),
            Map.entry(Setting.ZERO_ON_ALLOCATE, "true"),
            Map.entry(Setting.PACKED_DOMAINS, "false"),
            Map.entry(Setting.TRACE_OPENINGS, "true"),
            Map.entry(Setting.REPORT_OPEN_LONGER_THAN, "90s"),
            Map.entry(Setting.DEMOTE_UNDER_PRESSURE, "80-60"));

    /**
     * What is no setting: the device and the tier are given otherwise, force is never kept, a listener is code, the
     * first epoch's options are those of the program that fills it, where a store goes on is said when it is moved, and
     * that a limit was given follows from it.
     */
    private static final Set<String> NO_SETTINGS = Set.of(
            "device",
            "saidWhatIsLeftOut",
            "force",
            "coldTier",
            "evictionListener",
            "firstEpoch",
            "firstSlabId",
            "limitGiven");

    @TempDir
    private Path home;

    private StoreSettings settings(Map<Setting, String> values) {
        Map<String, String> environment = new HashMap<>(Map.of("HOME", home.toString()));
        values.forEach((setting, value) -> environment.put(setting.variable(), value));
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return new StoreSettings(
                new Session(environment, new Terminal(nowhere, OutputStream.nullOutputStream(), nowhere, false, 80)));
    }

    private static ZnsTierBuilder tier() {
        return ZnsTier.builder(new NullZonedDevice(FileGeometry.of(1 << 20, 16)));
    }

    private static List<String> unchanged(Object builder, Object fresh) throws IllegalAccessException {
        List<String> names = new ArrayList<>();
        for (Field field : builder.getClass().getDeclaredFields()) {
            field.setAccessible(true);
            boolean option = !Modifier.isStatic(field.getModifiers()) && !NO_SETTINGS.contains(field.getName());
            if (option && Objects.deepEquals(field.get(builder), field.get(fresh))) {
                names.add(field.getName());
            }
        }
        return names;
    }

    /** Three of the tier's options are kept together. */
    private static String demotionOf(ZnsTierBuilder builder) throws IllegalAccessException {
        for (Field field : ZnsTierBuilder.class.getDeclaredFields()) {
            if (field.getName().equals("demotion")) {
                field.setAccessible(true);
                return field.get(builder).toString();
            }
        }
        throw new AssertionError("the builder keeps its options of demotion elsewhere");
    }

    @Test
    void everyOptionOfBothBuildersIsASetting() throws IllegalAccessException {
        assertThat(OTHERS).hasSize(Setting.values().length - 1);
        StoreSettings settings = settings(OTHERS);

        assertThat(demotionOf(settings.applyTo(tier())))
                .contains("writers=2", "stagingBytes=1048576", "backlogBytes=67108864");
        assertThat(unchanged(settings.applyTo(tier()), tier()))
                .as("options of the tier without a setting")
                .isEmpty();
        assertThat(unchanged(settings.applyTo(SlabAllocator.builder()), SlabAllocator.builder()))
                .as("options of the allocator without a setting")
                .isEmpty();
    }

    @Test
    void whatIsNotSetStaysAsTheCommandHasIt() throws IllegalAccessException {
        SlabAllocatorBuilder own = settings(Map.of(Setting.EPOCH_COUNT, "16"))
                .applyTo(SlabAllocator.builder().limitBytes(1 << 26).epochCount(4));
        SlabAllocatorBuilder expected =
                SlabAllocator.builder().limitBytes(1 << 26).epochCount(16);

        assertThat(unchanged(own, expected))
                .hasSize(unchanged(expected, expected).size());
    }

    @Test
    void theDefaultsAreThoseOfTheBuilders() throws IllegalAccessException {
        Map<Setting, String> defaults = new HashMap<>();
        OTHERS.keySet().forEach(setting -> defaults.put(setting, setting.defaultValue()));
        StoreSettings settings = settings(defaults);

        assertThat(unchanged(settings.applyTo(tier()), tier())).hasSameSizeAs(unchanged(tier(), tier()));
        assertThat(unchanged(settings.applyTo(SlabAllocator.builder()), SlabAllocator.builder()))
                .hasSameSizeAs(unchanged(SlabAllocator.builder(), SlabAllocator.builder()));
    }

    @Test
    void theSameSettingsCanBePassedOnAsOptions() {
        assertThat(settings(Map.of(Setting.READ_DEPTH, "16", Setting.LIMIT, "65536K"))
                        .arguments())
                .containsExactly("--set", "tier.read-depth=16", "--set", "allocator.limit=64MiB");
        assertThat(settings(Map.of()).arguments()).isEmpty();
    }

    @Test
    void settingsThatDoNotGoTogetherAreAUsageErrorThatNamesThemAndTheirSources() {
        StoreSettings settings = settings(Map.of(Setting.LIMIT, "32GiB", Setting.HANDLE_FORMAT, "compact"));

        assertThatThrownBy(() -> settings.build(settings.applyTo(SlabAllocator.builder())))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        refused -> assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE))
                .hasMessageContaining("allocator.handle-format=compact from ZNS_SLAB_ALLOCATOR_HANDLE_FORMAT")
                .hasMessageContaining("allocator.limit=32GiB");
    }
}
