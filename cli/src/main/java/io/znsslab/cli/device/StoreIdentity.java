package io.znsslab.cli.device;

import io.znsslab.tier.DeviceContents;
import io.znsslab.tier.report.FormattedStore;

/**
 * A store on a device, for programs.
 *
 * @param id its UUID
 * @param openings how often it was opened
 * @param formattedAt when the device was formatted, in ISO 8601
 * @param slabBytes size of its slabs
 */
record StoreIdentity(String id, long openings, String formattedAt, int slabBytes) {
    /** Null where the device has none. */
    static StoreIdentity of(DeviceContents contents) {
        return contents.store().map(StoreIdentity::of).orElse(null);
    }

    static StoreIdentity of(FormattedStore store) {
        return new StoreIdentity(
                store.id().toString(), store.openings(), store.formattedAt().toString(), store.slabBytes());
    }

    /** The word for what a device holds, in JSON. */
    static String wordOf(DeviceContents.Kind kind) {
        return switch (kind) {
            case NOTHING -> "nothing";
            case STORE -> "store";
            case OTHER_VERSION -> "store of another version";
            case FOREIGN -> "foreign data";
        };
    }

    /** What a device holds, in words for people. */
    static String inWords(DeviceContents contents) {
        return switch (contents.kind()) {
            case NOTHING -> "nothing";
            case STORE -> LiveStore.inWords(contents.store().orElseThrow());
            case OTHER_VERSION -> "a store of another format version";
            case FOREIGN -> contents.foreign().orElse("data that is not ours");
        };
    }
}
