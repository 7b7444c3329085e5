/**
 * Measurements in JVMs of their own, with one question and one answer each, so that none runs code that was compiled
 * for another. This package does not know what is measured.
 */
package io.znsslab.core.benchmark.child;
