/** What holds for the repository as a whole. It stands here because this module sees all the others. */
package io.znsslab.cli.architecture;
