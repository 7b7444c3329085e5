/** Programs of the host that the other packages of this module run. Not exported. */
package io.znsslab.emulation.host;
