/** What makes the generated bindings usable from Java: errors as exceptions, libraries found or named, memory reserved. */
package io.znsslab.bindings;
