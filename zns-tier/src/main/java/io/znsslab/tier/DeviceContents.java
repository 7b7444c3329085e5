package io.znsslab.tier;

import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.recovery.ForeignData;
import io.znsslab.tier.recovery.ZoneStarts;
import io.znsslab.tier.report.FormattedStore;
import io.znsslab.tier.report.ZoneContents;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What lies on a device, as the first blocks of its zones say: whether it can be taken into use, or holds a store, or
 * something else. For tools; an opening reads more, and says more.
 *
 * @param kind what the device holds
 * @param store the store on it
 * @param foreign what the foreign data is, such as "an XFS file system"; present if there is any and no store
 * @param zones what each zone holds
 */
public record DeviceContents(
        Kind kind, Optional<FormattedStore> store, Optional<String> foreign, List<ZoneContents> zones) {
    /** What a device can hold. */
    public enum Kind {
        /** Nothing: an opening formats it. */
        NOTHING,
        /** A store. */
        STORE,
        /** A store of a format that this release does not read. */
        OTHER_VERSION,
        /** Data that no release of this program has written; an opening refuses the device. */
        FOREIGN
    }

    /** Copies the list. */
    public DeviceContents {
        zones = List.copyOf(zones);
    }

    /**
     * Looks at a device. Reads a block or two of each zone that is written, and writes nothing.
     *
     * @throws io.znsslab.tier.device.DeviceException when the device can't be read
     * @throws IllegalStateException when the device is closed
     */
    public static DeviceContents of(ZonedDevice device) {
        Objects.requireNonNull(device, "device must not be null");
        List<ZoneDescriptor> report = device.report();
        ZoneStarts starts = new ZoneStarts(device, report);
        Optional<FormattedStore> store = ZnsTier.storeIn(starts);
        if (store.isPresent()) {
            return new DeviceContents(Kind.STORE, store, Optional.empty(), starts.contents());
        }
        if (starts.otherVersion() != 0) {
            return new DeviceContents(Kind.OTHER_VERSION, store, Optional.empty(), starts.contents());
        }
        Optional<String> foreign = ForeignData.find(device, report).map(ForeignData.Found::what);
        return new DeviceContents(foreign.isPresent() ? Kind.FOREIGN : Kind.NOTHING, store, foreign, starts.contents());
    }
}
