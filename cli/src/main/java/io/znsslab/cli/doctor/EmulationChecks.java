package io.znsslab.cli.doctor;

import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.emulation.microvm.GuestKernel;
import io.znsslab.emulation.microvm.MicroVm;
import io.znsslab.emulation.microvm.QemuSupport;
import io.znsslab.emulation.nullblk.NullBlockDriver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Zones in this kernel, and what the emulated devices need. */
final class EmulationChecks {
    private static final String IN_A_MICRO_VM = "zns-slab emulate null_blk --guest -- zns-slab device zones";

    private final Machine machine;
    private final Diagnosis diagnosis;

    EmulationChecks(Machine machine, Diagnosis diagnosis) {
        this.machine = machine;
        this.diagnosis = diagnosis;
    }

    /** What any machine is asked for, whether the chosen device needs it or not. */
    void check() {
        zonedBlockDevices();
        nullBlk();
        kvm();
        Optional<QemuSupport> qemu = QemuSupport.find();
        qemu(qemu);
        qemu.ifPresent(this::zonedNamespaces);
        guestKernels();
    }

    private void zonedBlockDevices() {
        String name = "zoned block devices";
        List<String> zoned = machine.names("sys/block").stream()
                .filter(disk -> machine.text("sys/block/" + disk + "/queue/zoned")
                        .filter(model -> !model.equals("none"))
                        .isPresent())
                .map(disk -> "/dev/" + disk)
                .toList();
        String devices = zoned.isEmpty() ? "no such device is here" : String.join(", ", zoned);
        String option = machine.buildOption("CONFIG_BLK_DEV_ZONED").orElse("unknown");
        if (option.equals("n")) {
            diagnosis.lacking(name, "not in this kernel (CONFIG_BLK_DEV_ZONED is off)", IN_A_MICRO_VM);
        } else if (option.equals("unknown") && zoned.isEmpty()) {
            diagnosis.warning(
                    name,
                    devices + ", and neither /proc/config.gz nor /boot/config-" + machine.release()
                            + " says whether this kernel can have one",
                    Diagnosis.NO_REMEDY);
        } else {
            diagnosis.ok(name, devices + (option.equals("unknown") ? "" : " (CONFIG_BLK_DEV_ZONED=" + option + ")"));
        }
    }

    private void nullBlk() {
        switch (NullBlockDriver.look()) {
            case NullBlockDriver.Available(NullBlockDriver driver) ->
                diagnosis.ok("null_blk", "zoned devices can be made (" + driver + ")");
            case NullBlockDriver.Unavailable(String reason) ->
                diagnosis.lacking(
                        "null_blk",
                        reason,
                        NullBlockDriver.loadingCommand().map(machine::asRoot).orElse(IN_A_MICRO_VM));
        }
    }

    /** Told because users ask for it: the micro-VM emulates its processors. */
    private void kvm() {
        Path device = Path.of("/dev/kvm");
        if (Files.isReadable(device) && Files.isWritable(device)) {
            diagnosis.ok("KVM", device + " is there; the micro-VM does without");
        } else if (Files.exists(device)) {
            diagnosis.warning(
                    "KVM",
                    device + " is there, and this user may not open it; the micro-VM does without",
                    "sudo usermod -aG kvm $USER");
        } else {
            diagnosis.lacking("KVM", "no " + device + "; the micro-VM does without", Diagnosis.NO_REMEDY);
        }
    }

    private void qemu(Optional<QemuSupport> qemu) {
        if (qemu.isPresent()) {
            diagnosis.ok("QEMU", qemu.get().version() + " (" + qemu.get().program() + ")");
        } else {
            diagnosis.lacking(
                    "QEMU",
                    "no qemu-system-x86_64 that starts: no micro-VM and no NVMe ZNS device here",
                    installation());
        }
    }

    private String installation() {
        return machine.installs("qemu-system-x86", "qemu-system-x86-core");
    }

    private void zonedNamespaces(QemuSupport qemu) {
        String name = "QEMU's NVMe ZNS";
        List<String> options = qemu.zonedOptions().stream()
                .filter(option -> option.startsWith("zoned."))
                .map(option -> option.substring("zoned.".length()))
                .toList();
        if (options.containsAll(List.of("zone_size", "zone_capacity", "max_open", "max_active"))) {
            diagnosis.ok(name, "can be set: " + String.join(", ", options));
        } else {
            diagnosis.lacking(
                    name, "QEMU " + qemu.version() + " has no zoned namespaces, 6.0 and newer have", installation());
        }
    }

    private void guestKernels() {
        List<String> fetched = new ArrayList<>();
        List<String> absent = new ArrayList<>();
        for (GuestKernel kernel : GuestKernel.values()) {
            MicroVm.fetchedKernel(kernel)
                    .ifPresentOrElse(
                            found -> fetched.add(kernel + " (" + found + ")"), () -> absent.add(kernel.toString()));
        }
        String value = (fetched.isEmpty() ? "" : "fetched: " + String.join(", ", fetched))
                + (fetched.isEmpty() || absent.isEmpty() ? "" : "; ")
                + (absent.isEmpty() ? "" : "downloaded at first use: " + String.join(", ", absent));
        if (!fetched.isEmpty() || canDownload()) {
            diagnosis.ok("guest kernels", value);
        } else {
            diagnosis.lacking(
                    "guest kernels",
                    "none is fetched, and there is no apt-get to fetch Debian's with",
                    Diagnosis.NO_REMEDY);
        }
    }

    private boolean canDownload() {
        return machine.program("apt-get").isPresent();
    }

    /** Whether a null_blk can be had: of this kernel, or of a micro-VM's. */
    void requireNullBlk() {
        if (NullBlockDriver.look() instanceof NullBlockDriver.Available(NullBlockDriver driver)) {
            diagnosis.ok("device", "null_blk of this kernel (" + driver + ")");
        } else {
            requireMicroVm("null_blk", List.of());
        }
    }

    /** Whether QEMU's NVMe ZNS device can be had. */
    void requireNvmeZns() {
        requireMicroVm("QEMU's NVMe ZNS device", List.of("zoned.zone_size", "zoned.max_active"));
    }

    private void requireMicroVm(String device, List<String> options) {
        Optional<QemuSupport> qemu = QemuSupport.find();
        boolean qemuServes =
                qemu.isPresent() ? qemu.get().zonedOptions().containsAll(options) : machine.isRoot() && canDownload();
        boolean kernel = canDownload()
                || Arrays.stream(GuestKernel.values())
                        .anyMatch(one -> MicroVm.fetchedKernel(one).isPresent());
        if (qemuServes && kernel) {
            diagnosis.ok("device", device + " in a micro-VM");
        } else {
            String missing = List.of(qemuServes ? "" : "such a QEMU", kernel ? "" : "a kernel for it").stream()
                    .filter(part -> !part.isEmpty())
                    .collect(Collectors.joining(" and "));
            diagnosis.blocking(
                    ExitCode.NO_ZONED_KERNEL,
                    "device",
                    device + " needs a micro-VM, and this machine lacks " + missing,
                    qemuServes ? Diagnosis.NO_REMEDY : installation());
        }
    }
}
