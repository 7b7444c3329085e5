package io.znsslab.tier;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Makes each call of the API where the store runs its user's code: in continuations of its futures, in listeners, and
 * in continuations within continuations. Each call works, or throws at once with one sentence; none waits for itself.
 */
class CallsInContinuationsTest {
    private static final int PAYLOAD = 1000;
    private static final long SECONDS = 20;

    @TempDir
    Path folder;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment copy = arena.allocate(PAYLOAD, Long.BYTES);
    private ZnsTier tier;
    private SlabAllocator allocator;
    private long hot;
    private long coldest;
    private long cold;
    private long full;
    private long openEpoch;

    /** The places where the call is made. */
    enum Place {
        DEMOTION {
            @Override
            void enter(CallsInContinuationsTest test, Runnable work) {
                done(test.allocator.closeEpoch(test.full, Disposition.DEMOTE).thenRun(work));
            }
        },
        SYNC {
            @Override
            void enter(CallsInContinuationsTest test, Runnable work) {
                test.allocator.free(test.coldest);
                done(test.allocator.sync().thenRun(work));
            }
        },
        READ_FUTURE {
            @Override
            void enter(CallsInContinuationsTest test, Runnable work) {
                done(test.allocator
                        .readAsync(test.coldest, test.arena.allocate(PAYLOAD))
                        .thenRun(work));
            }
        },
        RESOLVE_FUTURE {
            @Override
            void enter(CallsInContinuationsTest test, Runnable work) {
                done(test.allocator.resolveAsync(test.coldest).thenRun(work));
            }
        },
        LISTENER {
            @Override
            void enter(CallsInContinuationsTest test, Runnable work) {
                test.allocator.readAsync(
                        test.coldest, test.arena.allocate(PAYLOAD), (handle, copied, failure) -> work.run());
            }
        },
        LISTENER_OF_A_RESIDENT_OBJECT {
            @Override
            void enter(CallsInContinuationsTest test, Runnable work) {
                test.allocator.readAsync(
                        test.hot, test.arena.allocate(PAYLOAD), (handle, copied, failure) -> work.run());
            }
        },
        TIERS_OWN_FUTURE {
            @Override
            void enter(CallsInContinuationsTest test, Runnable work) {
                test.allocator.free(test.coldest);
                done(test.tier.sync().thenRun(work));
            }
        },
        CONTINUATION_WITHIN_ANOTHER {
            @Override
            void enter(CallsInContinuationsTest test, Runnable work) {
                done(test.allocator
                        .sync()
                        .thenRun(() -> test.allocator
                                .readAsync(test.coldest, test.arena.allocate(PAYLOAD))
                                .thenRun(work)
                                .join()));
            }
        };

        abstract void enter(CallsInContinuationsTest test, Runnable work);

        private static void done(CompletableFuture<?> future) {
            assertThat(future).isNotNull();
        }
    }

    /** The calls. */
    enum Call {
        ALLOCATE_MUCH {
            @Override
            void make(CallsInContinuationsTest test) {
                for (int i = 0; i < 1000; i++) {
                    assertThat(Handle.isHandle(test.allocator.allocate(PAYLOAD, test.openEpoch)))
                            .isTrue();
                }
            }
        },
        FREE {
            @Override
            void make(CallsInContinuationsTest test) {
                assertThat(test.allocator.free(test.cold)).isTrue();
                assertThat(test.allocator.free(test.hot)).isTrue();
            }
        },
        READ {
            @Override
            void make(CallsInContinuationsTest test) {
                assertThat(test.allocator.read(test.cold, test.copy)).isEqualTo(PAYLOAD);
            }
        },
        SHOW {
            @Override
            void make(CallsInContinuationsTest test) {
                assertThat(test.allocator.read(
                                test.cold,
                                payload -> assertThat(payload.get(JAVA_LONG, 0)).isEqualTo(7)))
                        .isTrue();
            }
        },
        READ_ASYNC {
            @Override
            void make(CallsInContinuationsTest test) {
                assertThat(test.allocator.readAsync(test.cold, test.copy)).isNotNull();
            }
        },
        READ_ASYNC_AND_JOIN {
            @Override
            void make(CallsInContinuationsTest test) {
                assertThat(test.allocator.readAsync(test.cold, test.copy).join())
                        .isEqualTo(PAYLOAD);
            }
        },
        RESOLVE {
            @Override
            void make(CallsInContinuationsTest test) {
                assertThat(test.allocator.resolve(test.cold).get(JAVA_LONG, 0)).isEqualTo(7);
            }
        },
        RESOLVE_ASYNC_AND_JOIN {
            @Override
            void make(CallsInContinuationsTest test) {
                assertThat(test.allocator.resolveAsync(test.cold).join().get(JAVA_LONG, 0))
                        .isEqualTo(7);
            }
        },
        RECLAIM {
            @Override
            void make(CallsInContinuationsTest test) {
                test.allocator.closeEpoch(test.openEpoch, Disposition.RECLAIM).join();
            }
        },
        DISCARD {
            @Override
            void make(CallsInContinuationsTest test) {
                test.allocator.closeEpoch(0, Disposition.DISCARD).join();
            }
        },
        DEMOTE {
            @Override
            void make(CallsInContinuationsTest test) {
                assertThat(test.allocator.closeEpoch(test.openEpoch, Disposition.DEMOTE))
                        .isNotNull();
            }
        },
        DEMOTE_AND_JOIN {
            @Override
            void make(CallsInContinuationsTest test) {
                test.allocator.closeEpoch(test.openEpoch, Disposition.DEMOTE).join();
            }
        },
        SYNC_AND_JOIN {
            @Override
            void make(CallsInContinuationsTest test) {
                test.allocator.free(test.cold);
                test.allocator.sync().join();
            }
        },
        OPEN_DOMAIN {
            @Override
            void make(CallsInContinuationsTest test) {
                try (var domain = test.allocator.openDomain(Disposition.DEMOTE)) {
                    assertThat(domain.allocate(100).byteSize()).isEqualTo(100);
                }
            }
        },
        ADVANCE_EPOCH {
            @Override
            void make(CallsInContinuationsTest test) {
                assertThat(test.allocator.advanceEpoch()).isPositive();
            }
        },
        STATISTICS {
            @Override
            void make(CallsInContinuationsTest test) {
                assertThat(test.tier.statistics()).isNotNull();
                assertThat(test.tier.zoneMap()).isNotNull();
                assertThat(test.allocator.epochInfo(0)).isNotNull();
                assertThat(test.allocator.arenaUsage()).isNotNull();
            }
        },
        CLOSE {
            @Override
            void make(CallsInContinuationsTest test) {
                test.allocator.close();
                test.allocator.close();
            }
        },
        CLOSE_TIER {
            @Override
            void make(CallsInContinuationsTest test) {
                test.tier.close();
            }
        };

        abstract void make(CallsInContinuationsTest test);
    }

    /** The calls that throw on the reading thread: each would have to wait for that thread. */
    private static final Set<Call> REFUSED_IN_LISTENERS = EnumSet.of(
            Call.READ_ASYNC_AND_JOIN,
            Call.RESOLVE,
            Call.RESOLVE_ASYNC_AND_JOIN,
            Call.DEMOTE_AND_JOIN,
            Call.SYNC_AND_JOIN,
            Call.CLOSE,
            Call.CLOSE_TIER);

    static Stream<Arguments> cells() {
        return Stream.of(Place.values())
                .flatMap(place -> Stream.of(Call.values()).map(call -> Arguments.of(place, call)));
    }

    @BeforeEach
    void openStore() {
        tier = ZnsTier.builder(FileZonedDevice.create(folder.resolve("zones"), FileGeometry.of(1 << 20, 24)))
                .open();
        allocator = SlabAllocator.builder()
                .limitBytes(16 << 20)
                .sizeClasses(PAYLOAD + 8)
                .coldTier(tier)
                .build();
        coldest = allocate(0);
        for (int i = 0; i < 20; i++) {
            allocate(0);
        }
        cold = allocate(0);
        full = allocator.advanceEpoch();
        for (int i = 0; i < 40; i++) {
            allocate(full);
        }
        allocator.closeEpoch(0, Disposition.DEMOTE).join();
        openEpoch = allocator.advanceEpoch();
        hot = allocate(openEpoch);
    }

    private long allocate(long epoch) {
        long handle = allocator.allocate(PAYLOAD, epoch);
        allocator.resolve(handle).set(JAVA_LONG, 0, 7);
        return handle;
    }

    @AfterEach
    void closeStore() {
        allocator.close();
        arena.close();
    }

    @ParameterizedTest
    @MethodSource("cells")
    void eachCallWorksOrThrowsAtOnce(Place place, Call call) {
        CompletableFuture<Void> outcome = new CompletableFuture<>();
        place.enter(this, () -> {
            try {
                call.make(this);
                outcome.complete(null);
            } catch (Throwable e) {
                outcome.completeExceptionally(e);
            }
        });
        Throwable failure = outcome.orTimeout(SECONDS, TimeUnit.SECONDS)
                .handle((_, e) -> e instanceof CompletionException wrapped ? wrapped.getCause() : e)
                .join();
        if (place == Place.LISTENER && REFUSED_IN_LISTENERS.contains(call)) {
            assertThat(failure)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(" on the thread zns-slab-reading, for which that may have to wait");
        } else {
            assertThat(failure).isNull();
        }
        if ((call != Call.CLOSE && call != Call.CLOSE_TIER) || failure != null) {
            // No thread of the store is blocked.
            assertThat(allocator.closeEpoch(full, Disposition.DEMOTE)).succeedsWithin(SECONDS, TimeUnit.SECONDS);
            assertThat(allocator.sync()).succeedsWithin(SECONDS, TimeUnit.SECONDS);
        }
    }
}
