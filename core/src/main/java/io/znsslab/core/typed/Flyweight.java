package io.znsslab.core.typed;

import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A view of one object of a kind at a time, that is moved from handle to handle and takes nothing from the Java heap on
 * the way. Applications extend it by methods with their fields' names, or use it as it is.
 *
 * <p>{@link #wrap} looks at nothing; each access is checked, as those of {@link Field} are: so a flyweight whose object
 * is freed throws {@link io.znsslab.core.StaleHandleException} from then on, and never shows another object.
 *
 * <p>Not thread-safe: each thread has its own. Any number of them may be at one object.
 */
public class Flyweight {
    private final SlabAllocator allocator;
    private final ObjectLayout layout;
    private long handle = Handle.NONE;

    /** A flyweight that is at no object. */
    public Flyweight(SlabAllocator allocator, ObjectLayout layout) {
        this.allocator = Objects.requireNonNull(allocator, "allocator must not be null");
        this.layout = Objects.requireNonNull(layout, "layout must not be null");
    }

    /** The allocator whose objects it shows. */
    public final SlabAllocator allocator() {
        return allocator;
    }

    /** What its objects look like. */
    public final ObjectLayout layout() {
        return layout;
    }

    /** The handle of the object that it is at; {@link Handle#NONE} for none. */
    public final long handle() {
        return handle;
    }

    /**
     * Moves to the object of that handle, which is not looked at before the first access.
     *
     * @return this
     */
    public Flyweight wrap(long handle) {
        this.handle = handle;
        return this;
    }

    /**
     * Allocates an object and moves there, if there was memory for it. Its fields are zero only if the allocator was
     * {@linkplain io.znsslab.core.SlabAllocatorBuilder#zeroOnAllocate built} so.
     *
     * @return as {@link SlabAllocator#allocate(long, long)}: a handle, or why there is none; then this stays where it
     *     was
     * @throws IllegalArgumentException if no slab holds that much, or there never was such an epoch
     */
    public final long allocate(long epoch) {
        long answer = layout.allocate(allocator, epoch);
        if (Handle.isHandle(answer)) {
            handle = answer;
        }
        return answer;
    }

    /**
     * Frees the object that this is at.
     *
     * @return as {@link SlabAllocator#free}
     */
    public final boolean free() {
        return allocator.free(handle);
    }

    /** Reads a field of the object; throws {@link IllegalArgumentException} if it is one of another layout. */
    public final byte get(Field.OfByte field) {
        field.requireOf(layout);
        return field.get(allocator, handle);
    }

    /** Writes a field of the object; throws {@link IllegalArgumentException} if it is one of another layout. */
    public final void set(Field.OfByte field, byte value) {
        field.requireOf(layout);
        field.set(allocator, handle, value);
    }

    /** Reads a field of the object; throws {@link IllegalArgumentException} if it is one of another layout. */
    public final short get(Field.OfShort field) {
        field.requireOf(layout);
        return field.get(allocator, handle);
    }

    /** Writes a field of the object; throws {@link IllegalArgumentException} if it is one of another layout. */
    public final void set(Field.OfShort field, short value) {
        field.requireOf(layout);
        field.set(allocator, handle, value);
    }

    /** Reads a field of the object; throws {@link IllegalArgumentException} if it is one of another layout. */
    public final char get(Field.OfChar field) {
        field.requireOf(layout);
        return field.get(allocator, handle);
    }

    /** Writes a field of the object; throws {@link IllegalArgumentException} if it is one of another layout. */
    public final void set(Field.OfChar field, char value) {
        field.requireOf(layout);
        field.set(allocator, handle, value);
    }

    /** Reads a field of the object; throws {@link IllegalArgumentException} if it is one of another layout. */
    public final int get(Field.OfInt field) {
        field.requireOf(layout);
        return field.get(allocator, handle);
    }

    /** Writes a field of the object; throws {@link IllegalArgumentException} if it is one of another layout. */
    public final void set(Field.OfInt field, int value) {
        field.requireOf(layout);
        field.set(allocator, handle, value);
    }

    /** Reads a field of the object; throws {@link IllegalArgumentException} if it is one of another layout. */
    public final float get(Field.OfFloat field) {
        field.requireOf(layout);
        return field.get(allocator, handle);
    }

    /** Writes a field of the object; throws {@link IllegalArgumentException} if it is one of another layout. */
    public final void set(Field.OfFloat field, float value) {
        field.requireOf(layout);
        field.set(allocator, handle, value);
    }

    /** Reads a field of the object; throws {@link IllegalArgumentException} if it is one of another layout. */
    public final long get(Field.OfLong field) {
        field.requireOf(layout);
        return field.get(allocator, handle);
    }

    /** Writes a field of the object; throws {@link IllegalArgumentException} if it is one of another layout. */
    public final void set(Field.OfLong field, long value) {
        field.requireOf(layout);
        field.set(allocator, handle, value);
    }

    /** Reads a field of the object; throws {@link IllegalArgumentException} if it is one of another layout. */
    public final double get(Field.OfDouble field) {
        field.requireOf(layout);
        return field.get(allocator, handle);
    }

    /** Writes a field of the object; throws {@link IllegalArgumentException} if it is one of another layout. */
    public final void set(Field.OfDouble field, double value) {
        field.requireOf(layout);
        field.set(allocator, handle, value);
    }

    /** Reads a field of the object; throws {@link IllegalArgumentException} if it is one of another layout. */
    public final boolean get(Field.OfBoolean field) {
        field.requireOf(layout);
        return field.get(allocator, handle);
    }

    /** Writes a field of the object; throws {@link IllegalArgumentException} if it is one of another layout. */
    public final void set(Field.OfBoolean field, boolean value) {
        field.requireOf(layout);
        field.set(allocator, handle, value);
    }

    /** Reads a field of the object; throws {@link IllegalArgumentException} if it is one of another layout or size. */
    public final void get(Field.OfBytes field, MemorySegment destination) {
        field.requireOf(layout);
        field.get(allocator, handle, destination);
    }

    /** Writes a field of the object; throws {@link IllegalArgumentException} if it is one of another layout or size. */
    public final void set(Field.OfBytes field, MemorySegment source) {
        field.requireOf(layout);
        field.set(allocator, handle, source);
    }
}
