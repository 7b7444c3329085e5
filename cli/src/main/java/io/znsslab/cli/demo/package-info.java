/**
 * {@code zns-slab demo}: what the store promises, shown on a device of the user's choice and checked object by object.
 *
 * <pre>
 * TieringCommand ── DeviceChoice ── here, or once more in a guest: TieringGuest (io.znsslab.cli.emulate)
 *      │
 * TieringRun ── TieringDisplay: what is shown meanwhile (.demo.live)
 *      ├──────── Filling (allocate, free, close)  ── ObjectSource: GeneratedObjects, LinesOfFile
 *      ├──────── Checking (every handle)          ── EpochPlan: what must have become of each
 * TieringReport ── TieringPrinter, JSON, or TieringPage (io.znsslab.cli.report)
 *
 * DomainsCommand ── four patterns (.demo.domains)
 * </pre>
 *
 * <p>Invariant: the check derives what must be from seed and issue number alone, or from the file's own bytes; nothing
 * that the store answered while it was filled takes part in it.
 */
package io.znsslab.cli.demo;
