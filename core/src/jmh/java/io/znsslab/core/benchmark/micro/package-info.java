/**
 * What JMH measures: single operations, one thread unless {@code -t} says otherwise, each contestant in forks of its
 * own.
 */
package io.znsslab.core.benchmark.micro;
