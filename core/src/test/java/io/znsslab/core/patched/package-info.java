/**
 * Core with some of its class files patched on loading: to stop a thread at a chosen place, or to break a rule on
 * purpose.
 *
 * <p>So races can run step by step, and the randomized model can be shown to notice broken rules, without a seam in the
 * code under test.
 */
package io.znsslab.core.patched;
