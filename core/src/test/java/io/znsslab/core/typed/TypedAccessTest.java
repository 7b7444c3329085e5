package io.znsslab.core.typed;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_CHAR;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochOptions;
import io.znsslab.core.Handle;
import io.znsslab.core.MemoryTier;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.StaleHandleException;
import io.znsslab.core.Tier;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypedAccessTest {
    private static final MemoryLayout LEG =
            MemoryLayout.structLayout(JAVA_LONG.withName("price"), JAVA_LONG.withName("quantity"));
    private static final ObjectLayout ORDER = ObjectLayout.of(MemoryLayout.structLayout(
            JAVA_LONG.withName("id"),
            JAVA_DOUBLE.withName("rate"),
            JAVA_INT.withName("count"),
            JAVA_FLOAT.withName("share"),
            JAVA_SHORT.withName("venue"),
            JAVA_CHAR.withName("side"),
            JAVA_BYTE.withName("flags"),
            JAVA_BOOLEAN.withName("open"),
            MemoryLayout.paddingLayout(2),
            MemoryLayout.sequenceLayout(8, JAVA_BYTE).withName("symbol"),
            MemoryLayout.sequenceLayout(3, LEG).withName("legs")));

    /** What an application makes of the two classes. */
    private static final class Order extends Flyweight {
        private static final Field.OfLong ID = ORDER.longField("id");
        private static final Field.OfInt COUNT = ORDER.intField("count");
        private static final Field.OfLong LAST_PRICE = ORDER.longField("legs", "2", "price");

        Order(SlabAllocator allocator) {
            super(allocator, ORDER);
        }

        @Override
        public Order wrap(long handle) {
            super.wrap(handle);
            return this;
        }

        long id() {
            return get(ID);
        }

        Order id(long value) {
            set(ID, value);
            return this;
        }

        int count() {
            return get(COUNT);
        }

        Order count(int value) {
            set(COUNT, value);
            return this;
        }

        long lastPrice() {
            return get(LAST_PRICE);
        }
    }

    private final MemoryTier tier = new MemoryTier();
    private final SlabAllocator allocator =
            SlabAllocator.builder().limitBytes(8 << 20).coldTier(tier).build();
    private final Order order = new Order(allocator);

    @AfterEach
    void close() {
        allocator.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFlyweightMovesFromObjectToObject(boolean packed) {
        long epoch = allocator.advanceEpoch(EpochOptions.DEFAULT.packed(packed));
        long[] handles = new long[1000];
        for (int object = 0; object < handles.length; object++) {
            handles[object] = order.allocate(epoch);
            assertThat(order.handle()).isEqualTo(handles[object]);
            order.id(object).count(-object);
            order.set(Order.LAST_PRICE, 7L * object);
        }
        for (int object = 0; object < handles.length; object++) {
            order.wrap(handles[object]);
            assertThat(List.of(order.id(), (long) order.count(), order.lastPrice()))
                    .containsExactly((long) object, (long) -object, 7L * object);
        }
        assertThat(order.free()).isTrue();
        assertThat(order.free()).isFalse();
    }

    @Test
    void fieldsOfEachTypeLieWhereTheLayoutSays() {
        long handle = order.allocate(0);
        order.set(ORDER.doubleField("rate"), 0.5);
        order.set(ORDER.floatField("share"), 0.25f);
        order.set(ORDER.shortField("venue"), (short) -3);
        order.set(ORDER.charField("side"), 'S');
        order.set(ORDER.byteField("flags"), (byte) 9);
        order.set(ORDER.booleanField("open"), true);
        order.set(ORDER.bytesField("symbol"), MemorySegment.ofArray("ACME-1.N".getBytes(StandardCharsets.US_ASCII)));
        MemorySegment payload = allocator.resolve(handle);
        assertThat(payload.get(JAVA_DOUBLE, 8)).isEqualTo(0.5);
        assertThat(payload.get(JAVA_FLOAT, 20)).isEqualTo(0.25f);
        assertThat(payload.get(JAVA_SHORT, 24)).isEqualTo((short) -3);
        assertThat(payload.get(JAVA_CHAR, 26)).isEqualTo('S');
        assertThat(payload.get(JAVA_BYTE, 28)).isEqualTo((byte) 9);
        assertThat(payload.get(JAVA_BYTE, 29)).isEqualTo((byte) 1);
        assertThat(order.get(ORDER.doubleField("rate"))).isEqualTo(0.5);
        assertThat(order.get(ORDER.floatField("share"))).isEqualTo(0.25f);
        assertThat(order.get(ORDER.shortField("venue"))).isEqualTo((short) -3);
        assertThat(order.get(ORDER.charField("side"))).isEqualTo('S');
        assertThat(order.get(ORDER.byteField("flags"))).isEqualTo((byte) 9);
        assertThat(order.get(ORDER.booleanField("open"))).isTrue();
        byte[] symbol = new byte[8];
        order.get(ORDER.bytesField("symbol"), MemorySegment.ofArray(symbol));
        assertThat(symbol).asString().isEqualTo("ACME-1.N");
        assertThat(Order.LAST_PRICE.offset()).isEqualTo(40 + 2 * 16);
        assertThat(Order.LAST_PRICE.name()).isEqualTo("legs.2.price");
        assertThat(Order.LAST_PRICE.objects()).isSameAs(ORDER);
        assertThat(ORDER.byteSize()).isEqualTo(ORDER.layout().byteSize()).isEqualTo(88);
        assertThat(order.layout()).isSameAs(ORDER);
        assertThat(order.allocator()).isSameAs(allocator);
    }

    @Test
    void aFieldOfTheOtherByteOrderIsSwapped() {
        ByteOrder other =
                ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        ObjectLayout message = ObjectLayout.of(MemoryLayout.structLayout(
                JAVA_LONG.withOrder(other).withName("long"),
                JAVA_DOUBLE.withOrder(other).withName("double"),
                JAVA_INT.withOrder(other).withName("int"),
                JAVA_FLOAT.withOrder(other).withName("float"),
                JAVA_SHORT.withOrder(other).withName("short"),
                JAVA_CHAR.withOrder(other).withName("char")));
        Flyweight flyweight = new Flyweight(allocator, message);
        MemorySegment payload = allocator.resolve(flyweight.allocate(0));
        flyweight.set(message.longField("long"), 0x0102030405060708L);
        flyweight.set(message.doubleField("double"), 1.5);
        flyweight.set(message.intField("int"), 0x01020304);
        flyweight.set(message.floatField("float"), 2.5f);
        flyweight.set(message.shortField("short"), (short) 0x0102);
        flyweight.set(message.charField("char"), 'x');
        assertThat(payload.get(JAVA_LONG, 0)).isEqualTo(0x0807060504030201L);
        assertThat(payload.get(JAVA_INT.withOrder(other), 16)).isEqualTo(0x01020304);
        assertThat(payload.get(JAVA_DOUBLE.withOrder(other), 8)).isEqualTo(1.5);
        assertThat(flyweight.get(message.longField("long"))).isEqualTo(0x0102030405060708L);
        assertThat(flyweight.get(message.doubleField("double"))).isEqualTo(1.5);
        assertThat(flyweight.get(message.intField("int"))).isEqualTo(0x01020304);
        assertThat(flyweight.get(message.floatField("float"))).isEqualTo(2.5f);
        assertThat(flyweight.get(message.shortField("short"))).isEqualTo((short) 0x0102);
        assertThat(flyweight.get(message.charField("char"))).isEqualTo('x');
    }

    @Test
    void aVarHandleHasTheAtomicAccessesAndTakesIndexes() {
        VarHandle quantity = ORDER.varHandle(
                PathElement.groupElement("legs"), PathElement.sequenceElement(), PathElement.groupElement("quantity"));
        assertThat(quantity.coordinateTypes()).containsExactly(SlabAllocator.class, long.class, long.class);
        long handle = order.allocate(0);
        quantity.setVolatile(allocator, handle, 1L, 10L);
        assertThat((long) quantity.getAndAdd(allocator, handle, 1L, 5L)).isEqualTo(10);
        assertThat(quantity.compareAndSet(allocator, handle, 1L, 15L, 20L)).isTrue();
        assertThat(quantity.compareAndSet(allocator, handle, 1L, 15L, 20L)).isFalse();
        assertThat(order.get(ORDER.longField("legs", "1", "quantity"))).isEqualTo(20);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> quantity.get(allocator, handle, 3L));
        allocator.free(handle);
        assertThatExceptionOfType(StaleHandleException.class).isThrownBy(() -> quantity.get(allocator, handle, 1L));
    }

    @Test
    void aColdObjectComesBackForAnAccess() {
        long handle = order.allocate(0);
        order.id(42);
        allocator.advanceEpoch();
        allocator.closeEpoch(0, Disposition.DEMOTE).join();
        assertThat(allocator.tierOf(handle)).isEqualTo(Tier.COLD);
        assertThat(order.id()).isEqualTo(42);
        assertThat(allocator.tierOf(handle)).isEqualTo(Tier.RESIDENT);
    }

    @Test
    void aFlyweightAtNoObjectOrAFreedOneRefusesEachAccess() {
        assertThat(order.handle()).isEqualTo(Handle.NONE);
        assertThatExceptionOfType(StaleHandleException.class).isThrownBy(order::id);
        assertThat(order.free()).isFalse();
        order.allocate(0);
        order.id(1);
        long handle = order.handle();
        allocator.free(handle);
        for (int reuse = 0; reuse < 100; reuse++) {
            ORDER.allocate(allocator, 0);
        }
        assertThatExceptionOfType(StaleHandleException.class)
                .isThrownBy(() -> order.id(2))
                .matches(e -> e.handle() == handle);
        allocator.close();
        assertThatIllegalStateException().isThrownBy(order::id);
    }

    @Test
    void anAllocationThatFailsLeavesAFlyweightWhereItWas() {
        long handle = order.allocate(0);
        allocator.advanceEpoch();
        allocator.closeEpoch(0, Disposition.RECLAIM).join();
        assertThat(order.allocate(0)).isEqualTo(Handle.EPOCH_CLOSED);
        assertThat(order.handle()).isEqualTo(handle);
        assertThatIllegalArgumentException().isThrownBy(() -> order.allocate(99));
    }

    @Test
    void anObjectTooSmallForAFieldIsNotWrittenPast() {
        order.wrap(allocator.allocate(40, allocator.advanceEpoch(EpochOptions.DEFAULT.packed(true))));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(order::lastPrice);
        assertThat(order.count(3).count()).isEqualTo(3);
    }

    @Test
    void whatALayoutHasNotIsRefusedWhenTheFieldIsMade() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ORDER.longField("missing"))
                .withMessageStartingWith("field missing: ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ORDER.longField("legs", "3", "price"))
                .withMessageStartingWith("field legs.3.price: ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ORDER.longField("count"))
                .withMessageContaining("which is no long");
        assertThatIllegalArgumentException().isThrownBy(() -> ORDER.booleanField("flags"));
        assertThatIllegalArgumentException().isThrownBy(() -> ORDER.longField("legs"));
        assertThatIllegalArgumentException().isThrownBy(ORDER::longField);
        assertThat(ObjectLayout.of(JAVA_LONG).longField().offset()).isZero();
        assertThat(ObjectLayout.of(JAVA_LONG_UNALIGNED).longField().name()).isEqualTo("of the whole");
    }

    @Test
    void whatObjectsCanNotBeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ObjectLayout.of(JAVA_LONG.withByteAlignment(16)))
                .withMessageContaining("objects are aligned to 8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ObjectLayout.of(MemoryLayout.sequenceLayout(1 << 16, JAVA_LONG)))
                .withMessageEndingWith("has 524288 bytes: objects have at most 65536");
        assertThatNullPointerException().isThrownBy(() -> ObjectLayout.of(null)).withMessage("layout must not be null");
        assertThatNullPointerException().isThrownBy(() -> new Flyweight(null, ORDER));
        assertThatNullPointerException().isThrownBy(() -> new Flyweight(allocator, null));
        ObjectLayout other = ObjectLayout.of(JAVA_LONG);
        order.allocate(0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> order.get(other.longField()))
                .withMessageContaining("can't be used with");
        Field.OfBytes symbol = ORDER.bytesField("symbol");
        assertThat(symbol.byteSize()).isEqualTo(8);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> order.set(symbol, MemorySegment.ofArray(new byte[9])))
                .withMessage("field symbol has 8 bytes, not 9");
        assertThatNullPointerException().isThrownBy(() -> order.get(symbol, null));
    }
}
