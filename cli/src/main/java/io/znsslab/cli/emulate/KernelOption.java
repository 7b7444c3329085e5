package io.znsslab.cli.emulate;

import io.znsslab.emulation.microvm.GuestKernel;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option that says which Linux a micro-VM runs. */
public final class KernelOption {
    private static final String NAME = "--kernel";

    @Option(
            names = NAME,
            paramLabel = "VERSION",
            converter = Converter.class,
            description = "Use the micro-VM with this Linux: 6.1, 6.12 or distribution, which is 6.1 on Debian 12 (the "
                    + "default). Up to 6.9 a scheduler orders the writes to a zone; later kernels have zone "
                    + "write plugging.")
    private GuestKernel kernel;

    /** For picocli. */
    public KernelOption() {}

    /** The kernel that was asked for, if any was. */
    public Optional<GuestKernel> asked() {
        return Optional.ofNullable(kernel);
    }

    /** The kernel to start a micro-VM with. */
    public GuestKernel kernel() {
        return asked().orElse(GuestKernel.DISTRIBUTION);
    }

    /** Reads a version. */
    static final class Converter implements ITypeConverter<GuestKernel> {
        @Override
        public GuestKernel convert(String text) {
            try {
                return GuestKernel.of(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
