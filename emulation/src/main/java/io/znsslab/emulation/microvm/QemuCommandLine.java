package io.znsslab.emulation.microvm;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The arguments with which QEMU becomes the machine that a {@link GuestTask} asks for. */
final class QemuCommandLine {
    private static final String KERNEL_PARAMETERS = "console=ttyS0 panic=-1 mitigations=off nokaslr audit=0 quiet";

    private static final int SECTOR_BYTES = 512;

    private final List<String> arguments = new ArrayList<>();

    private QemuCommandLine() {}

    static List<String> of(Path qemu, GuestSystem system, GuestTask task, RunFolder run) {
        QemuCommandLine line = new QemuCommandLine();
        line.add(qemu.toString(), "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot");
        // thread=single: with a thread for each processor, HotSpot crashes at random in the guest (see the package's
        // description).
        line.add("-machine", "pc", "-accel", "tcg,thread=single,tb-size=1024", "-cpu", "Nehalem");
        line.add(
                "-smp",
                Integer.toString(task.processors),
                "-m",
                Integer.toString(task.memoryMebibytes),
                "-rtc",
                "base=utc");
        line.add(
                "-kernel",
                system.kernel().toString(),
                "-initrd",
                system.initialRamDisk().toString());
        line.add("-append", KERNEL_PARAMETERS);
        line.add("-serial", "file:" + run.console());
        line.folder("root", Path.of("/"), ",readonly=on");
        line.folder("run", run.folder(), "");
        for (int i = 0; i < task.sharedFolders.size(); i++) {
            line.folder("shared" + i, task.sharedFolders.get(i), "");
        }
        line.add("-device", "virtio-serial-pci");
        line.add("-chardev", "file,id=output,path=/proc/self/fd/1,append=on");
        line.add("-device", "virtserialport,chardev=output,name=output");
        for (GuestPort port : GuestPort.values()) {
            line.add("-chardev", "socket,id=" + port + ",path=" + escaped(run.socket(port)));
            line.add("-device", "virtserialport,chardev=" + port + ",name=" + port);
        }
        line.namespaces(task.namespaces, run);
        return line.arguments;
    }

    private void folder(String tag, Path path, String options) {
        // remap: the host's / spans several file systems, whose inode numbers would clash in the guest's single one.
        add("-fsdev", "local,id=" + tag + ",path=" + escaped(path) + ",security_model=none,multidevs=remap" + options);
        add("-device", "virtio-9p-pci,fsdev=" + tag + ",mount_tag=" + tag);
    }

    private void namespaces(List<NvmeNamespace> namespaces, RunFolder run) {
        if (namespaces.isEmpty()) {
            return;
        }
        add("-device", "nvme,id=nvme,serial=zns-slab");
        for (int i = 0; i < namespaces.size(); i++) {
            NvmeNamespace namespace = namespaces.get(i);
            String drive = "zns" + i;
            add(
                    "-drive",
                    "if=none,id=" + drive + ",format=raw,discard=unmap" + file(run.image(namespace, i), namespace));
            add(
                    "-device",
                    "nvme-ns,drive=" + drive + ",bus=nvme,nsid=" + (i + 1) + ",zoned=true"
                            + ",zoned.zone_size=" + namespace.zoneBytes()
                            + ",zoned.zone_capacity=" + namespace.zoneCapacityBytes()
                            + ",zoned.max_open=" + namespace.maxOpenZones()
                            + ",zoned.max_active=" + namespace.maxActiveZones()
                            + ",logical_block_size=" + namespace.blockBytes()
                            + ",physical_block_size=" + namespace.blockBytes());
        }
    }

    /** The image itself, or the image behind QEMU's driver of errors, whose rules count sectors. */
    private static String file(Path image, NvmeNamespace namespace) {
        if (namespace.badBlocks().isEmpty()) {
            return ",file=" + escaped(image);
        }
        StringBuilder file =
                new StringBuilder(",file.driver=blkdebug,file.image.driver=file,file.image.filename=" + escaped(image));
        for (int i = 0; i < namespace.badBlocks().size(); i++) {
            String rule = ",file.inject-error." + i;
            file.append(rule).append(".event=none").append(rule).append(".sector=");
            file.append(namespace.badBlocks().get(i) / SECTOR_BYTES);
        }
        return file.toString();
    }

    private void add(String... more) {
        arguments.addAll(List.of(more));
    }

    /** A comma ends a value in a QEMU option; two commas stand for one. */
    private static String escaped(Path path) {
        return path.toString().replace(",", ",,");
    }
}
