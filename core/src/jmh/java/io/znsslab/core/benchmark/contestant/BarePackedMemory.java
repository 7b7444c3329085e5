package io.znsslab.core.benchmark.contestant;

import io.znsslab.bindings.words.NativeWords;

/** Requests in {@link BarePackedSlabs}. Every access checks its handle, as with the product. */
final class BarePackedMemory implements ObjectMemory {
    private final BarePackedSlabs slabs = new BarePackedSlabs();

    @Override
    public Places places(int count) {
        throw new UnsupportedOperationException("the bare packed slabs have no objects that are freed alone");
    }

    @Override
    public RequestServer requestServer() {
        return new Requests(slabs);
    }

    private static final class Requests implements RequestServer {
        private final BarePackedSlabs slabs;
        private long[] handles = new long[0];

        Requests(BarePackedSlabs slabs) {
            this.slabs = slabs;
        }

        @Override
        public long serve(int[] sizes, int from, int objects) {
            if (handles.length < objects) {
                handles = new long[objects];
            }
            long[] own = handles;
            for (int object = 0; object < objects; object++) {
                long handle = slabs.allocate(sizes[from + object]);
                NativeWords.set(live(handle), object);
                own[object] = handle;
            }
            long sum = 0;
            for (int object = 0; object < objects; object++) {
                sum += NativeWords.get(live(own[object]));
            }
            slabs.endRequest();
            if (slabs.resolve(own[0]) != 0 || slabs.resolve(own[objects - 1]) != 0) {
                throw new IllegalStateException("a handle resolves after its request has ended");
            }
            return sum;
        }

        private long live(long handle) {
            long address = slabs.resolve(handle);
            if (address == 0) {
                throw new IllegalStateException("0x%x was live and is stale".formatted(handle));
            }
            return address;
        }
    }
}
