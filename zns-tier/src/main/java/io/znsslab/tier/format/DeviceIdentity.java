package io.znsslab.tier.format;

import java.util.UUID;

/**
 * Names a formatted device: a random UUID given at formatting.
 *
 * @param high upper 64 bits of the UUID
 * @param low lower 64 bits
 */
public record DeviceIdentity(long high, long low) {
    /** Returns an identity that no device has had before. */
    public static DeviceIdentity random() {
        UUID uuid = UUID.randomUUID();
        return new DeviceIdentity(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    /** The identity as a {@link UUID}. */
    public UUID uuid() {
        return new UUID(high, low);
    }

    /** The usual form, such as {@code 123e4567-e89b-12d3-a456-426614174000}. */
    @Override
    public String toString() {
        return uuid().toString();
    }
}
