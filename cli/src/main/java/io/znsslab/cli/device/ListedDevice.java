package io.znsslab.cli.device;

import io.znsslab.cli.terminal.FileReason;
import io.znsslab.tier.DeviceContents;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.ZonedDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * A zoned device in a list.
 *
 * @param path its path
 * @param kind {@code host-managed}, {@code host-aware}, or {@code file}
 * @param model what the device calls itself; empty where it has no name
 * @param sizeBytes its size, gaps between zones included
 * @param zones number of zones
 * @param owner user and group of its file
 * @param permissions of its file, such as {@code rw-rw----}
 * @param state {@code free}, {@code mounted}, {@code in use}, {@code read-only}, {@code not permitted} or
 *     {@code failed}
 * @param detail more about the state; null where there is nothing more
 * @param holds what it holds; null where it could not be looked at
 * @param store the store on it, or null
 * @param foreign what the foreign data is, or null
 * @param configured whether commands use it when none is named
 */
record ListedDevice(
        String path,
        String kind,
        String model,
        long sizeBytes,
        int zones,
        String owner,
        String permissions,
        String state,
        String detail,
        String holds,
        StoreIdentity store,
        String foreign,
        boolean configured) {
    /**
     * What could be found out about a device's use.
     *
     * @param contents null where the device could not be looked at
     */
    private record Look(String state, String detail, DeviceContents contents, DeviceGeometry geometry) {}

    static ListedDevice of(ZonedBlockDevices.Found found, boolean configured) {
        return of(found, look(found), configured);
    }

    private static ListedDevice of(ZonedBlockDevices.Found found, Look look, boolean configured) {
        return new ListedDevice(
                found.path().toString(),
                found.zoned(),
                found.model(),
                found.sizeBytes(),
                found.zones(),
                found.owner(),
                found.permissions(),
                look.state(),
                look.detail(),
                look.contents() == null
                        ? null
                        : StoreIdentity.wordOf(look.contents().kind()),
                look.contents() == null ? null : StoreIdentity.of(look.contents()),
                look.contents() == null ? null : look.contents().foreign().orElse(null),
                configured);
    }

    /** The configured device, where that is a file. */
    static ListedDevice ofFile(Path file) {
        String owner = "";
        String permissions;
        long size = 0;
        try {
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            owner = attributes.owner().getName() + ":" + attributes.group().getName();
            permissions = PosixFilePermissions.toString(attributes.permissions());
            size = attributes.size();
        } catch (IOException e) {
            permissions = FileReason.of(e);
        }
        Look look = open(file);
        return of(
                new ZonedBlockDevices.Found(
                        file,
                        "file",
                        "",
                        look.geometry() == null ? size : look.geometry().sizeBytes(),
                        look.geometry() == null ? 0 : look.geometry().zoneCount(),
                        owner,
                        permissions,
                        false,
                        Optional.empty(),
                        List.of()),
                look,
                true);
    }

    /** Mounts and holders are asked first: opening such a device would wait for it in vain. */
    private static Look look(ZonedBlockDevices.Found found) {
        if (found.mountedAt().isPresent()) {
            return new Look("mounted", "at " + found.mountedAt().get(), null, null);
        }
        if (!found.holders().isEmpty()) {
            return new Look("in use", "by " + String.join(", ", found.holders()), null, null);
        }
        if (found.readOnly()) {
            return new Look("read-only", null, null, null);
        }
        return open(found.path());
    }

    private static Look open(Path path) {
        try (ZonedDevice device = ZonedDevice.open(path)) {
            return new Look("free", null, DeviceContents.of(device), device.geometry());
        } catch (DeviceException e) {
            return switch (e.problem()) {
                case BUSY -> besideItsUser(path);
                case ACCESS_DENIED -> new Look("not permitted", "run as its owner or as root", null, null);
                default -> new Look("failed", e.getMessage(), null, null);
            };
        }
    }

    private static Look besideItsUser(Path path) {
        try (ZonedDevice device = ZonedDevice.openReadOnly(path)) {
            return new Look("in use", "by another process", DeviceContents.of(device), device.geometry());
        } catch (DeviceException e) {
            return new Look("in use", "by another process", null, null);
        }
    }

    String useInWords() {
        String use = detail == null ? state : state + ", " + detail;
        if (holds == null) {
            return use;
        }
        return use + "; holds "
                + (store == null
                        ? foreign == null ? holds : foreign
                        : "the store " + store.id() + ", opened " + store.openings()
                                + (store.openings() == 1 ? " time" : " times"));
    }
}
