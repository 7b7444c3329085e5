package io.znsslab.core;

import io.znsslab.core.registry.HandleLayout;

/** The two layouts of a handle's 64 bits; an allocator issues and accepts one of them. */
public enum HandleFormat {
    /** 22 bits of slab id, 24 of generation, 8 of slot, 8 of size class: 4 M slabs, which is 16 GiB of 4 KiB slabs. */
    COMPACT,

    /** 30 bits of slab id, 24 of generation, 8 of slot: 1 G slabs, which is 4 TiB of 4 KiB slabs. */
    WIDE;

    HandleLayout layout() {
        return switch (this) {
            case COMPACT -> HandleLayout.COMPACT;
            case WIDE -> HandleLayout.WIDE;
        };
    }
}
