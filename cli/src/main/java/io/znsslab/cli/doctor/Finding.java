package io.znsslab.cli.doctor;

/**
 * What one check found.
 *
 * @param name the part of the machine
 * @param state how it is
 * @param blocking whether the chosen device cannot be used because of it
 * @param value what is there, or what is wrong with it, in one line
 * @param remedy the one command that mends it; null where nothing needs to be mended or no single command does
 */
record Finding(String name, State state, boolean blocking, String value, String remedy) {}
