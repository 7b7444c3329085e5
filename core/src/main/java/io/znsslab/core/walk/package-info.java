/**
 * Walks over what an epoch holds, with no index of the caller's: after a restart, too, when the handles are gone.
 *
 * <pre>{@code
 * for (EpochInfo epoch : store.epochs()) {
 *     store.walk(epoch.epoch()).forEach((handle, payload) -> index.put(keyIn(payload), handle));
 * }
 * }</pre>
 *
 * <p>{@link io.znsslab.core.walk.EpochWalk} says what a walk shows while other threads free, discard and demote;
 * {@link io.znsslab.core.walk.WalkCursor} is a place to go on from, also after a restart.
 *
 * <p>The package knows no other one; {@code tiering} implements the walk.
 */
@NullMarked
package io.znsslab.core.walk;

import org.jspecify.annotations.NullMarked;
