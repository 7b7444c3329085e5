package io.znsslab.cli.doctor;

import java.util.List;

/**
 * The whole diagnosis.
 *
 * @param device the chosen device, as it was named; {@code auto} where none was
 * @param source who chose it: {@code argument}, {@code ZNS_SLAB_DEVICE}, the path of the settings' file, or
 *     {@code default}
 * @param usable whether it can be used
 * @param exitCode the command's exit code
 * @param findings in the order of the checks
 */
record DoctorReport(String device, String source, boolean usable, int exitCode, List<Finding> findings) {}
