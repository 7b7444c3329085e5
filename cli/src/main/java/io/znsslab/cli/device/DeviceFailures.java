package io.znsslab.cli.device;

import io.znsslab.bindings.MissingLibraryException;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.emulation.EmulationException;
import io.znsslab.tier.CorruptSlabException;
import io.znsslab.tier.device.DeviceException;

/** Which exit code a failure of the library stands for. */
public final class DeviceFailures {
    private DeviceFailures() {}

    /** The failure as one line with its exit code; the outermost cause that has a code of its own decides. */
    public static CommandFailure tell(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CommandFailure known) {
                return known; // also where what it stopped has wrapped it
            }
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            ExitCode code = codeOf(cause);
            if (code != ExitCode.UNEXPECTED) {
                return new CommandFailure(code, lineOf(cause), failure);
            }
        }
        return new CommandFailure(ExitCode.UNEXPECTED, lineOf(failure), failure);
    }

    private static ExitCode codeOf(Throwable failure) {
        return switch (failure) {
            case DeviceException refused -> codeOf(refused.problem());
            case EmulationException nothing -> ExitCode.NO_ZONED_KERNEL;
            case MissingLibraryException missing -> ExitCode.SETUP_INCOMPLETE;
            case CorruptSlabException corrupt -> ExitCode.DATA_CORRUPT;
            default -> ExitCode.UNEXPECTED;
        };
    }

    static ExitCode codeOf(DeviceException.Problem problem) {
        return switch (problem) {
            case MISSING -> ExitCode.DEVICE_MISSING;
            case NOT_ZONED, BUSY, ACCESS_DENIED, FOREIGN -> ExitCode.DEVICE_REFUSED;
            case OFF_WRITE_POINTER -> ExitCode.NOT_AT_WRITE_POINTER;
            case BEYOND_WRITE_POINTER -> ExitCode.BEYOND_WRITE_POINTER;
            case OUT_OF_RANGE, TOO_MANY_OPEN_ZONES, TOO_MANY_ACTIVE_ZONES, ZONE_CONDITION, ZONE_FAULT ->
                ExitCode.ZONE_REFUSED;
            case NO_RING -> ExitCode.SETUP_INCOMPLETE;
            case FULL -> ExitCode.DEVICE_FULL;
            case IO_ERROR, INVALID_REPORT -> ExitCode.DEVICE_FAILED;
            case CORRUPT -> ExitCode.DATA_CORRUPT;
        };
    }

    private static String lineOf(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.toString() : message;
    }
}
