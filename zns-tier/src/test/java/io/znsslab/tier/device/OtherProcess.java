package io.znsslab.tier.device;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that opens a device and says how that went. */
final class OtherProcess {
    private OtherProcess() {}

    /** Its answer: "opened", or the {@link DeviceException.Problem}. */
    static String opening(Path path) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        path.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return answer;
    }

    /** The other process: opens the device that its argument names. */
    public static void main(String[] arguments) {
        try (ZonedDevice _ = ZonedDevice.open(Path.of(arguments[0]))) {
            System.out.print("opened");
        } catch (DeviceException e) {
            System.out.print(e.problem());
        }
    }
}
