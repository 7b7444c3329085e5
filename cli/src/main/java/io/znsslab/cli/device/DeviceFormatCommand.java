package io.znsslab.cli.device;

import io.znsslab.cli.config.StoreSettings;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.DeviceContents;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.ZonedDevice;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab device format}: a new, empty store on a device. */
@Command(
        name = "format",
        description = {
            "Format a device: everything on it is lost, and it holds a new, empty store with a UUID of its own.",
            "A device that is mounted or in use is refused; one that holds data of others, or a store of another "
                    + "format version, wants --force and --yes. With --store the device must hold that store."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab device format /dev/nvme0n2",
            "  zns-slab device format /dev/nvme0n2 --store 123e4567-e89b-42d3-a456-426614174000 --yes",
            "  zns-slab device format /dev/nvme0n2 --force --yes --set allocator.slab-size=16KiB"
        })
final class DeviceFormatCommand implements Runnable {
    private final Session session;

    @Mixin
    private NamedDevice named;

    @Mixin
    private Confirmation confirmation;

    @Mixin
    private LiveStore liveStore;

    @Mixin
    private StoreSettings settings;

    @Option(names = "--force", description = "Format the device even if it holds data of others; needs --yes as well.")
    private boolean force;

    @Option(names = "--json", description = "Print the new store as JSON.")
    private boolean json;

    /**
     * What was done, for programs.
     *
     * @param device its path
     * @param held what it held before
     * @param store the new one
     */
    private record Formatted(String device, String held, StoreIdentity store) {}

    /** For picocli's factory. */
    DeviceFormatCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Path path = named.path();
        DeviceContents before = format(path);
        DeviceContents now;
        try (ZonedDevice device = ZonedDevice.open(path)) {
            now = DeviceContents.of(device);
        }
        if (json) {
            Json.print(
                    session.terminal().out(),
                    new Formatted(path.toString(), StoreIdentity.wordOf(before.kind()), StoreIdentity.of(now)));
        } else {
            session.terminal()
                    .out()
                    .println("formatted " + path + ": it holds the new store "
                            + now.store().orElseThrow().id());
        }
    }

    /** Returns what the device held before. */
    private DeviceContents format(Path path) {
        ZonedDevice device = ZonedDevice.open(path);
        ZnsTier tier;
        DeviceContents before;
        try (Progress progress = new Progress(session.terminal())) {
            before = DeviceContents.of(device);
            requireConsent(device, before);
            progress.report("formatting, zones:", device.geometry().zoneCount(), 0);
            tier = settings.open(settings.applyTo(ZnsTier.builder(device)).force(true));
        } catch (RuntimeException | Error e) {
            device.close();
            throw e;
        }
        try {
            // The first allocator writes the new store's log.
            settings.build(settings.applyTo(SlabAllocator.builder()).coldTier(tier))
                    .close();
        } catch (RuntimeException | Error e) {
            tier.close();
            throw e;
        }
        return before;
    }

    private void requireConsent(ZonedDevice device, DeviceContents before) {
        liveStore.requireThatOf(device, before);
        switch (before.kind()) {
            case NOTHING -> confirmation.require("formatting " + device.name() + " makes a store on it");
            case STORE ->
                confirmation.require("formatting " + device.name() + " destroys "
                        + LiveStore.inWords(before.store().orElseThrow()));
            case FOREIGN, OTHER_VERSION -> {
                if (!force || !confirmation.given()) {
                    throw new CommandFailure(
                            ExitCode.DEVICE_REFUSED,
                            device.name() + " holds " + StoreIdentity.inWords(before)
                                    + ", which formatting would destroy; add --force and --yes to do it");
                }
            }
        }
    }
}
