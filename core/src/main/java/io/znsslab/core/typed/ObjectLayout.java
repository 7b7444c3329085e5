package io.znsslab.core.typed;

import io.znsslab.core.PayloadAccess;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/**
 * What lies where in objects of one kind, described by a {@link MemoryLayout}. Immutable and thread-safe; made once,
 * and its fields with it, as constants.
 *
 * <p>An object of the kind is any object whose payload has at least {@link #byteSize()} bytes. Nothing in an object
 * says of which kind it is: an application knows that of its handles.
 *
 * <p>A path names a field from the outside to the inside: names of a structure's or union's members, and numbers of a
 * sequence's elements from 0, as in {@code longField("legs", "2", "price")}.
 */
public final class ObjectLayout {
    /** Payloads are aligned so in each slab, in bytes. */
    private static final int PAYLOAD_ALIGNMENT = 8;
    /** The largest slab has so many, and holds a little less. */
    private static final int MOST_BYTES = 1 << 16;

    private static final MethodHandle SLICE;

    static {
        try {
            SLICE = MethodHandles.publicLookup()
                    .findVirtual(
                            PayloadAccess.class,
                            "slice",
                            MethodType.methodType(MemorySegment.class, long.class, long.class, int.class))
                    .asType(MethodType.methodType(
                            MemorySegment.class, SlabAllocator.class, long.class, long.class, int.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final MemoryLayout layout;

    private ObjectLayout(MemoryLayout layout) {
        this.layout = layout;
    }

    /**
     * Objects with that layout.
     *
     * @throws IllegalArgumentException if it asks for a larger alignment than the 8 bytes that each object has, or is
     *     larger than any object
     */
    public static ObjectLayout of(MemoryLayout layout) {
        Objects.requireNonNull(layout, "layout must not be null");
        if (layout.byteAlignment() > PAYLOAD_ALIGNMENT) {
            throw new IllegalArgumentException(
                    "layout %s is aligned to %d bytes: objects are aligned to %d, so use smaller values or"
                                    .formatted(layout, layout.byteAlignment(), PAYLOAD_ALIGNMENT)
                            + " withByteAlignment");
        }
        if (layout.byteSize() > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "layout %s has %d bytes: objects have at most %d".formatted(layout, layout.byteSize(), MOST_BYTES));
        }
        return new ObjectLayout(layout);
    }

    /** The layout as it was given. */
    public MemoryLayout layout() {
        return layout;
    }

    /** Bytes of the payload of such an object. */
    public long byteSize() {
        return layout.byteSize();
    }

    /**
     * Allocates an object of this kind; its fields are zero only if the allocator was
     * {@linkplain io.znsslab.core.SlabAllocatorBuilder#zeroOnAllocate built} so.
     *
     * @return as {@link SlabAllocator#allocate(long, long)}: a handle, or why there is none
     * @throws IllegalArgumentException if no slab holds that much, or there never was such an epoch
     */
    public long allocate(SlabAllocator allocator, long epoch) {
        return allocator.allocate(layout.byteSize(), epoch);
    }

    /** The field of that path, a {@link ValueLayout#JAVA_BYTE}; for what it refuses see {@link #longField}. */
    public Field.OfByte byteField(String... path) {
        return new Field.OfByte(this, path, value(ValueLayout.OfByte.class, path));
    }

    /** The field of that path, a {@link ValueLayout#JAVA_BOOLEAN}; for what it refuses see {@link #longField}. */
    public Field.OfBoolean booleanField(String... path) {
        return new Field.OfBoolean(this, path, value(ValueLayout.OfBoolean.class, path));
    }

    /** The field of that path, a {@link ValueLayout#JAVA_SHORT}; for what it refuses see {@link #longField}. */
    public Field.OfShort shortField(String... path) {
        return new Field.OfShort(this, path, value(ValueLayout.OfShort.class, path));
    }

    /** The field of that path, a {@link ValueLayout#JAVA_CHAR}; for what it refuses see {@link #longField}. */
    public Field.OfChar charField(String... path) {
        return new Field.OfChar(this, path, value(ValueLayout.OfChar.class, path));
    }

    /** The field of that path, a {@link ValueLayout#JAVA_INT}; for what it refuses see {@link #longField}. */
    public Field.OfInt intField(String... path) {
        return new Field.OfInt(this, path, value(ValueLayout.OfInt.class, path));
    }

    /** The field of that path, a {@link ValueLayout#JAVA_FLOAT}; for what it refuses see {@link #longField}. */
    public Field.OfFloat floatField(String... path) {
        return new Field.OfFloat(this, path, value(ValueLayout.OfFloat.class, path));
    }

    /**
     * The field of that path, a {@link ValueLayout#JAVA_LONG} or one with another order, name or alignment.
     *
     * @param path empty for a layout that is the value itself
     * @throws IllegalArgumentException if the path names nothing, or something of another type
     */
    public Field.OfLong longField(String... path) {
        return new Field.OfLong(this, path, value(ValueLayout.OfLong.class, path));
    }

    /** The field of that path, a {@link ValueLayout#JAVA_DOUBLE}; for what it refuses see {@link #longField}. */
    public Field.OfDouble doubleField(String... path) {
        return new Field.OfDouble(this, path, value(ValueLayout.OfDouble.class, path));
    }

    /**
     * The bytes of whatever that path names: a text of fixed length, a structure within, or all of the object for an
     * empty path.
     *
     * @throws IllegalArgumentException if the path names nothing
     */
    public Field.OfBytes bytesField(String... path) {
        MemoryLayout part = select(path);
        return new Field.OfBytes(this, path, offset(path), part.byteSize());
    }

    /**
     * A VarHandle with all the accesses that {@link MemoryLayout#varHandle} gives for the value of that path: ordered,
     * volatile and atomic ones too. Its coordinates are a {@link SlabAllocator}, a handle ({@code long}), and a
     * {@code long} index for each open element of the path ({@link PathElement#sequenceElement()}). A call whose
     * arguments have just those types, and the value's, takes nothing from the heap; others convert them each time.
     *
     * <p>It throws as {@link PayloadAccess} does, also for an object smaller than the layout, and
     * {@link IndexOutOfBoundsException} for an index.
     *
     * @throws IllegalArgumentException if the path names no value
     */
    public VarHandle varHandle(PathElement... path) {
        VarHandle inSegment = MethodHandles.insertCoordinates(layout.varHandle(path), 1, 0L);
        MethodHandle object = MethodHandles.insertArguments(SLICE, 2, 0L, (int) layout.byteSize());
        return MethodHandles.collectCoordinates(inSegment, 0, object);
    }

    @SuppressWarnings("UnusedMethod") // by its handle
    long offset(String... path) {
        return layout.byteOffset(elements(path));
    }

    private MemoryLayout select(String... path) {
        try {
            // which knows whether there is an element of that index, as selecting does not
            var _ = offset(path);
            return layout.select(
                    Arrays.stream(path).map(ObjectLayout::anyElement).toArray(PathElement[]::new));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("field %s: %s has none of that path".formatted(name(path), layout), e);
        }
    }

    private <V extends ValueLayout> V value(Class<V> type, String... path) {
        MemoryLayout part = select(path);
        if (!type.isInstance(part)) {
            throw new IllegalArgumentException("field %s: its layout is %s, which is no %s"
                    .formatted(
                            name(path), part, type.getSimpleName().substring(2).toLowerCase(Locale.ROOT)));
        }
        return type.cast(part);
    }

    private static PathElement[] elements(String... path) {
        return Arrays.stream(path).map(ObjectLayout::element).toArray(PathElement[]::new);
    }

    private static PathElement element(String step) {
        return isIndex(step) ? PathElement.sequenceElement(Long.parseLong(step)) : PathElement.groupElement(step);
    }

    private static PathElement anyElement(String step) {
        return isIndex(step) ? PathElement.sequenceElement() : PathElement.groupElement(step);
    }

    private static boolean isIndex(String step) {
        return !step.isEmpty() && step.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    static String name(String... path) {
        return path.length == 0 ? "of the whole" : String.join(".", path);
    }

    @Override
    public String toString() {
        return "objects of " + layout;
    }
}
