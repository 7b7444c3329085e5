/**
 * The zns-slab command: the process' start, the tree of commands, and how an error is reported. Each command stands in
 * the package of what it is about:
 *
 * <pre>
 * io.znsslab.cli            Main, the tree of commands, the error line
 *   .cli.demo               demo: shows that the store does what it promises, on any device
 *   .cli.bench              bench: measures the store beside what the device gives without it
 *   .cli.device             device: looks at and touches one device; where a device comes from
 *   .cli.store              store: looks into the store on a device, and verifies it
 *   .cli.emulate            emulate: runs a command in a kernel with a zoned device, and makes devices of this one
 *   .cli.doctor             doctor: what this machine has and lacks
 *   .cli.config             config: what the user has set
 *   .cli.schema             schema: the form of what commands print as JSON
 *   .cli.jmh                jmh: the help of the benchmarks, which the launcher runs
 *   .cli.completion         completion: scripts for shells
 *   .cli.man                man: the manual page
 *   .cli.report             pages and pictures of what a command found out
 *   .cli.terminal           exit codes, figures, progress, the session
 * </pre>
 *
 * Imports point downwards. No logic stands here that a user of the library would miss.
 */
package io.znsslab.cli;
