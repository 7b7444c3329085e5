package embed;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.nio.file.Files;
import java.nio.file.Path;

/** Moves an object to the device at a path, or finds it there again by its handle: {@code embed PATH [HANDLE]}. */
public final class Embed {
    private Embed() {}

    /** Makes the device too, a file with zones, if nothing is at the path. */
    public static void main(String[] arguments) {
        Path path = Path.of(arguments[0]);
        if (Files.notExists(path)) {
            FileZonedDevice.create(path, FileGeometry.of(16 << 20, 32)).close();
        }
        try (SlabAllocator store = SlabAllocator.builder().coldTier(ZnsTier.open(path)).build()) {
            long handle = arguments.length > 1 ? Long.parseLong(arguments[1]) : storeColdly(store, "kept on a device");
            IO.println(handle + " is " + store.tierOf(handle) + ": " + store.resolve(handle).getString(0));
        }
    }

    private static long storeColdly(SlabAllocator store, String text) {
        long epoch = store.advanceEpoch();
        long handle = store.allocate(100, epoch);
        store.resolve(handle).setString(0, text);
        store.closeEpoch(epoch, Disposition.DEMOTE).join();
        return handle;
    }
}
