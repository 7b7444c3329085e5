package io.znsslab.tier.device;

/** How a zone may be written. */
public enum ZoneType {
    /** Writable anywhere, as an ordinary disk. */
    CONVENTIONAL,
    /** Writable only at its write pointer. */
    SEQUENTIAL
}
