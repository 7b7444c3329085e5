package io.znsslab.core.benchmark.contestant;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Byte arrays, zeroed by the language and freed whenever the garbage collector chooses. */
final class HeapMemory implements ObjectMemory {
    private static final VarHandle FIRST_EIGHT =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle LAST;

    static {
        try {
            LAST = MethodHandles.lookup().findVarHandle(Arrays.class, "last", byte[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Override
    public Places places(int count) {
        return new Arrays(count);
    }

    @Override
    public RequestServer requestServer() {
        return new Requests();
    }

    private static final class Arrays implements Places {
        private final byte[][] arrays;

        @SuppressWarnings("unused") // an opaque store to it keeps an array from being optimized away
        private byte[] last;

        Arrays(int count) {
            this.arrays = new byte[count][];
        }

        @Override
        public void allocate(int place, int bytes) {
            arrays[place] = new byte[bytes];
        }

        @Override
        public void free(int place) {
            arrays[place] = null;
        }

        @Override
        public void allocateAndFree(int bytes) {
            LAST.setOpaque(this, new byte[bytes]);
        }

        @Override
        public void write(int place, long value) {
            FIRST_EIGHT.set(arrays[place], 0, value);
        }

        @Override
        public long read(int place) {
            return (long) FIRST_EIGHT.get(arrays[place], 0);
        }
    }

    private static final class Requests implements RequestServer {
        @Override
        public long serve(int[] sizes, int from, int objects) {
            byte[][] own = new byte[objects][];
            for (int object = 0; object < objects; object++) {
                byte[] array = new byte[sizes[from + object]];
                FIRST_EIGHT.set(array, 0, (long) object);
                own[object] = array;
            }
            long sum = 0;
            for (int object = 0; object < objects; object++) {
                sum += (long) FIRST_EIGHT.get(own[object], 0);
            }
            return sum;
        }
    }
}
