package io.znsslab.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** The contracts hold for our buffers, and for Netty's own, which shows that they are Netty's contracts. */
class ContractsTest {
    interface Contracts extends AccessContract, TransferContract, SharingContract, AllocatorContract {}

    @Nested
    class OfSlabs implements Contracts {
        private final SlabByteBufAllocator allocator = SlabByteBufAllocator.builder()
                .limitBytes(64 << 20)
                .preferDirect(true)
                .build();

        @Override
        public ByteBufAllocator allocator() {
            return allocator;
        }

        @AfterEach
        void nothingIsLeft() {
            allocator.slabs().checkInvariants();
            assertThat(allocator.metric().usedDirectMemory()).isZero();
            assertThat(allocator.metric().usedHeapMemory()).isZero();
            allocator.close();
        }
    }

    @Nested
    class OfNettysUnpooled implements Contracts {
        private final ByteBufAllocator allocator = new UnpooledByteBufAllocator(true);

        @Override
        public ByteBufAllocator allocator() {
            return allocator;
        }
    }

    @Nested
    class OfNettysPooled implements Contracts {
        private final ByteBufAllocator allocator = new PooledByteBufAllocator(true);

        @Override
        public ByteBufAllocator allocator() {
            return allocator;
        }
    }

    @Nested
    class OfNettysAdaptive implements Contracts {
        private final ByteBufAllocator allocator = new AdaptiveByteBufAllocator(true);

        @Override
        public ByteBufAllocator allocator() {
            return allocator;
        }
    }
}
