/**
 * Core with some of its class files patched on loading: to stop a thread at a chosen place, and to break a rule on
 * purpose.
 *
 * <p>So races can be played step by step, and the randomized model can be shown to notice, without a seam in the code
 * under test.
 */
package io.znsslab.core.patched;
