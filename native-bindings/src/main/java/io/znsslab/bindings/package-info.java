/**
 * The hand-written part that makes the generated bindings usable from Java: errors are exceptions, missing libraries
 * are named, and there are classes for memory, files and zoned devices with the calls that our other modules make.
 *
 * <p>Conventions:
 *
 * <ul>
 *   <li>libc and libzbd return -1 and set {@code errno}; here that is a {@link io.znsslab.bindings.NativeException},
 *       whose message says what was attempted, on what, and what the kernel answered.
 *   <li>liburing and its completions return {@code -errno}. The tier calls the generated functions itself, after
 *       {@code NativeLibrary.LIBURING.require()}, since {@code -EAGAIN}, {@code -EINTR} and {@code -ETIME} are no
 *       failures there; {@link io.znsslab.bindings.NativeException#check} makes an exception of the others.
 *   <li>Sizes and offsets are bytes, never sectors.
 *   <li>No call is critical in the linker's sense, since every call may block.
 * </ul>
 *
 * <p>The packages below this one are generated (see {@code src/generated} and {@code src/main/jextract}). Our other
 * modules alone may use them, for structure fields, constants and liburing; the functions of libc and libzbd lose
 * {@code errno} there, so calls of them belong in this package.
 */
@NullMarked
package io.znsslab.bindings;

import org.jspecify.annotations.NullMarked;
