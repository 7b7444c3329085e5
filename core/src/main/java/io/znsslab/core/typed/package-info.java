/**
 * Objects with fields: what lies where in an object's payload is said once, by a
 * {@link java.lang.foreign.MemoryLayout}, and its fields are read and written by handle.
 *
 * <pre>{@code
 * final class Trade extends Flyweight {
 *     private static final ObjectLayout LAYOUT = ObjectLayout.of(MemoryLayout.structLayout(
 *             ValueLayout.JAVA_LONG.withName("price"), ValueLayout.JAVA_INT.withName("quantity")));
 *     private static final Field.OfLong PRICE = LAYOUT.longField("price");
 *     private static final Field.OfInt QUANTITY = LAYOUT.intField("quantity");
 *
 *     Trade(SlabAllocator allocator) {
 *         super(allocator, LAYOUT);
 *     }
 *
 *     long price() {
 *         return get(PRICE);
 *     }
 * }
 *
 * Trade trade = new Trade(allocator);                       // one for each thread
 * long handle = trade.allocate(allocator.currentEpoch());   // and it is moved there
 * trade.wrap(another).price();
 * }</pre>
 *
 * <p>{@link io.znsslab.core.typed.ObjectLayout} makes the fields; {@link io.znsslab.core.typed.Field} is one, to be
 * used with any handle; {@link io.znsslab.core.typed.Flyweight} is moved from object to object;
 * {@link io.znsslab.core.typed.ObjectLayout#varHandle} gives the atomic and ordered accesses. None of them copies an
 * object or takes anything from the Java heap once compiled, as long as fields and VarHandles are constants
 * ({@code static final}).
 *
 * <p>Each access is checked as those of {@link io.znsslab.core.PayloadAccess} are, by which it is done: a stale handle
 * is answered by a {@link io.znsslab.core.StaleHandleException}, and a cold object comes back to DRAM first. The
 * package stands above {@link io.znsslab.core} and uses its public methods only.
 */
@NullMarked
package io.znsslab.core.typed;

import org.jspecify.annotations.NullMarked;
