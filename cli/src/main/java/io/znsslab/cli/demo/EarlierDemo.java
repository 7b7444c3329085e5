package io.znsslab.cli.demo;

import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.inspect.EpochContents;
import io.znsslab.tier.inspect.StoreInspection;
import java.util.List;

/** Tells a store that a demo has left on a device from all others, by the labels of its epochs. */
final class EarlierDemo {
    private EarlierDemo() {}

    /** Whether the device holds a store, and all that counts in it was stored by a demo. Writes nothing. */
    static boolean isOn(ZonedDevice device) {
        if (ZnsTier.storeOn(device).isEmpty()) {
            return false;
        }
        try (StoreInspection store = StoreInspection.of(device)) {
            List<EpochContents> epochs = store.epochs().stream()
                    .filter(epoch -> epoch.state() == EpochContents.State.COLD)
                    .toList();
            return !epochs.isEmpty()
                    && epochs.stream().allMatch(epoch -> epoch.label().equals(Filling.LABEL));
        }
    }
}
