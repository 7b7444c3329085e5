package io.znsslab.cli.bench.contestant;

/**
 * A contestant that could not be measured here.
 *
 * @param contestant its name
 * @param reason why, with the remedy
 */
public record Absent(String contestant, String reason) {}
