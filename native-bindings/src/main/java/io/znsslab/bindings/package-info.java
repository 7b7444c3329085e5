/**
 * What makes the generated bindings usable from Java: errors as exceptions, libraries found or named, memory reserved,
 * files and zoned devices with the calls that our other modules make.
 *
 * <p>Conventions:
 *
 * <ul>
 *   <li>libc and libzbd say -1 and set {@code errno}; here that is a {@link io.znsslab.bindings.NativeException}, whose
 *       message says what was attempted, on what, and what the kernel answered.
 *   <li>liburing and its completions say {@code -errno}. The tier calls the generated functions itself, after
 *       {@code NativeLibrary.LIBURING.require()}, since {@code -EAGAIN}, {@code -EINTR} and {@code -ETIME} are no
 *       failures there; {@link io.znsslab.bindings.NativeException#check} makes an exception of the others.
 *   <li>Sizes and offsets are bytes, never sectors.
 *   <li>No call is critical in the linker's sense: all may block.
 * </ul>
 *
 * <p>The packages below this one are generated (see {@code src/generated} and {@code src/main/jextract}). They may be
 * used by our other modules only, for structure fields, constants and liburing; the functions of libc and libzbd lose
 * {@code errno} there, so those calls belong here.
 */
package io.znsslab.bindings;
