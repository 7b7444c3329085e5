package io.znsslab.cli.device;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.tier.DeviceContents;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.report.FormattedStore;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Keeps a command that changes zones by hand from a store, unless the command line names that very store. */
final class LiveStore {
    @Option(
            names = "--store",
            paramLabel = "UUID",
            converter = Name.class,
            description = "The store on the device, as `device info` prints it: without this a device that holds a "
                    + "store is left alone.")
    private UUID named;

    /** For picocli. */
    LiveStore() {}

    /**
     * Refuses to touch a store that was not named.
     *
     * @param change what the command would do, such as "resetting a zone"
     */
    void requireNamed(ZonedDevice device, String change) {
        DeviceContents contents = DeviceContents.of(device);
        if (contents.kind() == DeviceContents.Kind.OTHER_VERSION) {
            throw refused(device.name() + " holds a store of another format version, which " + change
                    + " would damage: `zns-slab device format --force` destroys it as a whole");
        }
        requireThatOf(device, contents);
        if (named == null) {
            contents.store().ifPresent(store -> {
                throw refused(device.name() + " holds " + inWords(store) + ", which " + change
                        + " would damage: add --store " + store.id() + " to do it all the same");
            });
        }
    }

    /** Refuses another store than the one that was named, if one was. */
    void requireThatOf(ZonedDevice device, DeviceContents contents) {
        if (named != null && !contents.store().map(FormattedStore::id).equals(Optional.of(named))) {
            throw refused(device.name() + " does not hold the store " + named + ", but "
                    + contents.store().map(LiveStore::inWords).orElse("none"));
        }
    }

    /** A store as a message names it. */
    static String inWords(FormattedStore store) {
        return "the store " + store.id() + " (formatted " + store.formattedAt() + ", opened "
                + Figures.count(store.openings(), "time") + ")";
    }

    private static CommandFailure refused(String reason) {
        return new CommandFailure(ExitCode.DEVICE_REFUSED, reason);
    }

    /** Reads a UUID. */
    static final class Name implements ITypeConverter<UUID> {
        @Override
        public UUID convert(String text) {
            try {
                UUID id = UUID.fromString(text);
                if (id.toString().equalsIgnoreCase(text)) {
                    return id;
                }
            } catch (IllegalArgumentException e) {
                // told below, as a text that Java takes for a short form of one
            }
            throw new TypeConversionException(
                    "'" + text + "' is not a UUID such as 123e4567-e89b-42d3-a456-426614174000");
        }
    }
}
