package io.znsslab.tier.device;

/** How a zone may be written. */
public enum ZoneType {
    /** Anywhere, as on an ordinary disk. */
    CONVENTIONAL,
    /** Only at its write pointer. */
    SEQUENTIAL
}
