/** Rules for the repository as a whole. They stand in this module because it sees all the others. */
package io.znsslab.cli.architecture;
