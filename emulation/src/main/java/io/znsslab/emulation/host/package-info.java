/** Programs of the host that the other packages of this module run. Not exported. */
@NullMarked
package io.znsslab.emulation.host;

import org.jspecify.annotations.NullMarked;
