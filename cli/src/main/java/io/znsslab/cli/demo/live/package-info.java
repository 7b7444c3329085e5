/**
 * What a run of the tiering demo is doing: sampled, kept for the report, and shown on a terminal while it runs.
 *
 * <pre>
 * the run ── Activity, Latencies       counters that its threads write
 *               │
 *            Sampler ── Frame          all of them at one moment, and the device
 *               ├── Timeline           few of the moments, for plots
 *               └── LiveView           the newest on the screen; in a guest it goes out as a line of JSON
 * </pre>
 *
 * <p>Invariant: a frame holds everything that is shown of it, so that it can be shown in another process than the
 * run's.
 */
package io.znsslab.cli.demo.live;
