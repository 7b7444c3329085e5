package io.znsslab.core.typed;

import io.znsslab.core.PayloadAccess;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * A field of the objects of one {@link ObjectLayout}: where it is, of which type and in which byte order. Immutable and
 * thread-safe; {@code static final} fields cost nothing to use.
 *
 * <p>{@code get} and {@code set} take the allocator and a handle, and are checked as the methods of
 * {@link PayloadAccess} are: a stale handle is answered by a {@link io.znsslab.core.StaleHandleException}, an object
 * that is too small for the field by an {@link IndexOutOfBoundsException}. A cold object is promoted first.
 */
public abstract sealed class Field {
    private final ObjectLayout objects;
    private final String name;
    private final long offset;

    private Field(ObjectLayout objects, String[] path, long offset) {
        this.objects = objects;
        this.name = ObjectLayout.name(path);
        this.offset = offset;
    }

    /** The objects that have it. */
    public final ObjectLayout objects() {
        return objects;
    }

    /** Its path, the steps joined by dots. */
    public final String name() {
        return name;
    }

    /** Bytes from the beginning of the payload. */
    public final long offset() {
        return offset;
    }

    @Override
    public String toString() {
        return "field %s at %d of %s".formatted(name, offset, objects);
    }

    @SuppressWarnings("ReferenceEquality") // a layout that looks the same is another kind of objects
    final void requireOf(ObjectLayout expected) {
        if (objects != expected) {
            throw new IllegalArgumentException("%s can't be used with %s".formatted(this, expected));
        }
    }

    private static boolean isSwapped(ValueLayout value) {
        return value.order() != ByteOrder.nativeOrder();
    }

    /** A field of type {@code byte}. */
    public static final class OfByte extends Field {
        OfByte(ObjectLayout objects, String[] path, ValueLayout.OfByte value) {
            super(objects, path, objects.offset(path));
        }

        /** Reads the field of an object. */
        public byte get(PayloadAccess objects, long handle) {
            return objects.getByte(handle, offset());
        }

        /** Writes the field of an object. */
        public void set(PayloadAccess objects, long handle, byte value) {
            objects.setByte(handle, offset(), value);
        }
    }

    /** A field of type {@code short}. */
    public static final class OfShort extends Field {
        private final boolean swapped;

        OfShort(ObjectLayout objects, String[] path, ValueLayout.OfShort value) {
            super(objects, path, objects.offset(path));
            this.swapped = isSwapped(value);
        }

        /** Reads the field of an object. */
        public short get(PayloadAccess objects, long handle) {
            short value = objects.getShort(handle, offset());
            return swapped ? Short.reverseBytes(value) : value;
        }

        /** Writes the field of an object. */
        public void set(PayloadAccess objects, long handle, short value) {
            objects.setShort(handle, offset(), swapped ? Short.reverseBytes(value) : value);
        }
    }

    /** A field of type {@code char}. */
    public static final class OfChar extends Field {
        private final boolean swapped;

        OfChar(ObjectLayout objects, String[] path, ValueLayout.OfChar value) {
            super(objects, path, objects.offset(path));
            this.swapped = isSwapped(value);
        }

        /** Reads the field of an object. */
        public char get(PayloadAccess objects, long handle) {
            char value = objects.getChar(handle, offset());
            return swapped ? Character.reverseBytes(value) : value;
        }

        /** Writes the field of an object. */
        public void set(PayloadAccess objects, long handle, char value) {
            objects.setChar(handle, offset(), swapped ? Character.reverseBytes(value) : value);
        }
    }

    /** A field of type {@code int}. */
    public static final class OfInt extends Field {
        private final boolean swapped;

        OfInt(ObjectLayout objects, String[] path, ValueLayout.OfInt value) {
            super(objects, path, objects.offset(path));
            this.swapped = isSwapped(value);
        }

        /** Reads the field of an object. */
        public int get(PayloadAccess objects, long handle) {
            int value = objects.getInt(handle, offset());
            return swapped ? Integer.reverseBytes(value) : value;
        }

        /** Writes the field of an object. */
        public void set(PayloadAccess objects, long handle, int value) {
            objects.setInt(handle, offset(), swapped ? Integer.reverseBytes(value) : value);
        }
    }

    /** A field of type {@code float}. */
    public static final class OfFloat extends Field {
        private final boolean swapped;

        OfFloat(ObjectLayout objects, String[] path, ValueLayout.OfFloat value) {
            super(objects, path, objects.offset(path));
            this.swapped = isSwapped(value);
        }

        /** Reads the field of an object. */
        public float get(PayloadAccess objects, long handle) {
            return swapped
                    ? Float.intBitsToFloat(Integer.reverseBytes(objects.getInt(handle, offset())))
                    : objects.getFloat(handle, offset());
        }

        /** Writes the field of an object. */
        public void set(PayloadAccess objects, long handle, float value) {
            if (swapped) {
                objects.setInt(handle, offset(), Integer.reverseBytes(Float.floatToRawIntBits(value)));
            } else {
                objects.setFloat(handle, offset(), value);
            }
        }
    }

    /** A field of type {@code long}. */
    public static final class OfLong extends Field {
        private final boolean swapped;

        OfLong(ObjectLayout objects, String[] path, ValueLayout.OfLong value) {
            super(objects, path, objects.offset(path));
            this.swapped = isSwapped(value);
        }

        /** Reads the field of an object. */
        public long get(PayloadAccess objects, long handle) {
            long value = objects.getLong(handle, offset());
            return swapped ? Long.reverseBytes(value) : value;
        }

        /** Writes the field of an object. */
        public void set(PayloadAccess objects, long handle, long value) {
            objects.setLong(handle, offset(), swapped ? Long.reverseBytes(value) : value);
        }
    }

    /** A field of type {@code double}. */
    public static final class OfDouble extends Field {
        private final boolean swapped;

        OfDouble(ObjectLayout objects, String[] path, ValueLayout.OfDouble value) {
            super(objects, path, objects.offset(path));
            this.swapped = isSwapped(value);
        }

        /** Reads the field of an object. */
        public double get(PayloadAccess objects, long handle) {
            return swapped
                    ? Double.longBitsToDouble(Long.reverseBytes(objects.getLong(handle, offset())))
                    : objects.getDouble(handle, offset());
        }

        /** Writes the field of an object. */
        public void set(PayloadAccess objects, long handle, double value) {
            if (swapped) {
                objects.setLong(handle, offset(), Long.reverseBytes(Double.doubleToRawLongBits(value)));
            } else {
                objects.setDouble(handle, offset(), value);
            }
        }
    }

    /** A field of type {@code boolean}: a byte, of which 0 is false. */
    public static final class OfBoolean extends Field {
        OfBoolean(ObjectLayout objects, String[] path, ValueLayout.OfBoolean value) {
            super(objects, path, objects.offset(path));
        }

        /** Reads the field of an object. */
        public boolean get(PayloadAccess objects, long handle) {
            return objects.getByte(handle, offset()) != 0;
        }

        /** Writes the field of an object. */
        public void set(PayloadAccess objects, long handle, boolean value) {
            objects.setByte(handle, offset(), (byte) (value ? 1 : 0));
        }
    }

    /** A field of so many bytes, which are copied. */
    public static final class OfBytes extends Field {
        private final long byteSize;

        OfBytes(ObjectLayout objects, String[] path, long offset, long byteSize) {
            super(objects, path, offset);
            this.byteSize = byteSize;
        }

        /** Bytes of the field. */
        public long byteSize() {
            return byteSize;
        }

        /**
         * Reads the field of an object.
         *
         * @throws IllegalArgumentException if the destination has not as many bytes as the field, or is read-only
         */
        public void get(PayloadAccess objects, long handle, MemorySegment destination) {
            requireSize(destination);
            objects.getBytes(handle, offset(), destination);
        }

        /**
         * Writes the field of an object.
         *
         * @throws IllegalArgumentException if the source has not as many bytes as the field
         */
        public void set(PayloadAccess objects, long handle, MemorySegment source) {
            requireSize(source);
            objects.setBytes(handle, offset(), source);
        }

        private void requireSize(MemorySegment segment) {
            if (Objects.requireNonNull(segment, "segment must not be null").byteSize() != byteSize) {
                throw new IllegalArgumentException(
                        "field %s has %d bytes, not %d".formatted(name(), byteSize, segment.byteSize()));
            }
        }
    }
}
