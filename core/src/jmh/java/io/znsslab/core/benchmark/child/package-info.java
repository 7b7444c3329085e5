/**
 * Measurements in JVMs of their own, one question and one answer each, so that none runs in code that was compiled for
 * another. Knows nothing of what is measured.
 */
package io.znsslab.core.benchmark.child;
