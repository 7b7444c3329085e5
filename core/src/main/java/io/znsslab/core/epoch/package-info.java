/** Closing of epochs, and what lives on of those that were closed with live objects. */
package io.znsslab.core.epoch;
