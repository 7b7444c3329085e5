package io.znsslab.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadCallbackTest {
    private final SlabAllocator allocator = SlabAllocator.builder()
            .limitBytes(8 << 20)
            .coldTier(new MemoryTier())
            .build();

    @AfterEach
    void close() {
        allocator.close();
    }

    private long allocate(long value) {
        long handle = allocator.allocate(100, allocator.currentEpoch());
        allocator.resolve(handle).set(JAVA_LONG, 0, value);
        return handle;
    }

    @Test
    void aReaderSeesTheBytesAndCannotKeepThem() {
        long handle = allocate(7);
        MemorySegment[] kept = new MemorySegment[1];
        assertThat(allocator.read(handle, payload -> {
                    assertThat(payload.get(JAVA_LONG, 0)).isEqualTo(7);
                    kept[0] = payload;
                }))
                .isTrue();
        assertThatIllegalStateException().isThrownBy(() -> kept[0].get(JAVA_LONG, 0));
        allocator.free(handle);
        assertThat(allocator.read(handle, _ -> {
                    throw new AssertionError("called for a stale handle");
                }))
                .isFalse();
    }

    @Test
    void aColdObjectIsShownWhereItIs() {
        long handle = allocate(8);
        long epoch = allocator.currentEpoch();
        allocator.advanceEpoch();
        allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        assertThat(allocator.read(
                        handle, payload -> assertThat(payload.get(JAVA_LONG, 0)).isEqualTo(8)))
                .isTrue();
        assertThat(allocator.tierOf(handle)).isEqualTo(Tier.COLD);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anObjectFreedUnderTheReaderKeepsItsBytes(boolean closedFirst) {
        long[] handles = new long[31];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = allocate(i);
        }
        long epoch = allocator.currentEpoch();
        if (closedFirst) {
            allocator.advanceEpoch();
            allocator.closeEpoch(epoch, Disposition.RECLAIM).join();
        }
        allocator.read(handles[3], payload -> {
            for (long handle : handles) {
                assertThat(allocator.free(handle)).isTrue();
            }
            for (int i = 0; i < 1000; i++) {
                allocate(1000 + i);
            }
            assertThat(payload.get(JAVA_LONG, 0)).isEqualTo(3);
        });
        assertThat(allocator.resolve(handles[3])).isNull();
    }

    @Test
    void closingWaitsForTheReader() throws InterruptedException {
        long handle = allocate(9);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Thread reader = Thread.ofPlatform()
                .start(() -> allocator.read(handle, payload -> {
                    inside.countDown();
                    try {
                        leave.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    assertThat(payload.get(JAVA_LONG, 0)).isEqualTo(9);
                }));
        inside.await();
        Thread closer = Thread.ofPlatform().start(() -> {
            EpochClosing closing = allocator.closeEpoch(0, Disposition.DISCARD).join();
            assertThat(closing.slabs()).isEqualTo(1);
        });
        while (allocator.resolve(handle) != null) {
            Thread.onSpinWait();
        }
        assertThat(closer.isAlive()).isTrue();
        leave.countDown();
        reader.join();
        closer.join();
    }

    @Test
    void promotingWithinAReaderIsRefused() {
        long cold = allocate(1);
        long epoch = allocator.currentEpoch();
        allocator.advanceEpoch();
        allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        long resident = allocate(2);
        allocator.read(
                resident,
                _ -> assertThatThrownBy(() -> allocator.resolve(cold)).hasMessageContaining("within a read callback"));
        assertThat(allocator.resolve(cold)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingWithinAReaderIsRefused(boolean virtual) throws InterruptedException {
        long handle = allocate(1);
        Throwable[] thrown = new Throwable[1];
        Runnable read = () -> allocator.read(handle, _ -> {
            try {
                allocator.closeEpoch(0, Disposition.DISCARD).join();
            } catch (IllegalStateException e) {
                thrown[0] = e;
            }
        });
        Thread thread =
                virtual ? Thread.ofVirtual().start(read) : Thread.ofPlatform().start(read);
        thread.join();
        assertThat(thrown[0]).hasMessageContaining("within a read callback");
    }
}
