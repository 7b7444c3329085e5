package io.znsslab.cli.store;

import picocli.CommandLine.Command;

/** {@code zns-slab store}: what a person does with the store on a device. */
@Command(
        name = "store",
        description =
                "Look into the store on a device, verify it, and mend it. Nothing is written unless the command says"
                        + " so.",
        subcommands = {
            StoreInspectCommand.class,
            StoreEpochsCommand.class,
            StoreExtentsCommand.class,
            StoreSlabsCommand.class,
            StoreDumpCommand.class,
            StoreTraceCommand.class,
            StoreVerifyCommand.class,
            StoreScrubCommand.class,
            StoreExportCommand.class,
            StoreImportCommand.class,
            StoreGcCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {"  zns-slab store inspect /dev/nvme0n2", "  zns-slab store verify --rate 200MiB/s /dev/nvme0n2"})
public final class StoreCommand {
    /** For picocli. */
    public StoreCommand() {}
}
