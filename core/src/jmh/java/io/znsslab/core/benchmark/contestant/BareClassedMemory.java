package io.znsslab.core.benchmark.contestant;

import io.znsslab.bindings.words.NativeWords;

/** Objects in {@link BareSlabs}. Every access checks its handle, as with the product. */
final class BareClassedMemory implements ObjectMemory {
    private final BareSlabs slabs = new BareSlabs();

    @Override
    public Places places(int count) {
        return new Handles(slabs, count);
    }

    @Override
    public RequestServer requestServer() {
        throw new UnsupportedOperationException("the bare slabs with size classes have no requests");
    }

    private static final class Handles implements Places {
        private final BareSlabs slabs;
        private final long[] handles;

        Handles(BareSlabs slabs, int count) {
            this.slabs = slabs;
            this.handles = new long[count];
        }

        @Override
        public void allocate(int place, int bytes) {
            handles[place] = slabs.allocate(bytes);
        }

        @Override
        public void free(int place) {
            free(handles[place]);
        }

        private void free(long handle) {
            if (!slabs.free(handle)) {
                throw new IllegalStateException("0x%x was live and its free reports stale".formatted(handle));
            }
        }

        @Override
        public void allocateAndFree(int bytes) {
            free(slabs.allocate(bytes));
        }

        @Override
        public void write(int place, long value) {
            NativeWords.set(live(handles[place]), value);
        }

        @Override
        public long read(int place) {
            return NativeWords.get(live(handles[place]));
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
