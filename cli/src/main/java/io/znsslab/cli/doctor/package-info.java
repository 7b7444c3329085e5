/**
 * {@code zns-slab doctor}: what this machine has and lacks, and the one command that mends each.
 *
 * <pre>
 *   DoctorCommand ─ asks ─ SystemChecks, RingChecks, EmulationChecks, MemoryChecks, FolderChecks, DeviceChecks
 *                               │ each looks at a Machine, and tells a
 *                          Diagnosis ─ of ─ Findings
 * </pre>
 *
 * <p>Invariants: a check changes nothing that outlasts it, and never fails: whatever is missing, forbidden or in an
 * unexpected form is a finding. A finding is blocking only where the chosen device cannot be used because of it.
 */
package io.znsslab.cli.doctor;
