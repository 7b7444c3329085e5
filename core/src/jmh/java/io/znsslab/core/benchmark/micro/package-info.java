/**
 * JMH's measurements: single operations, with one thread unless {@code -t} says otherwise, each contestant in its own
 * forks.
 */
package io.znsslab.core.benchmark.micro;
