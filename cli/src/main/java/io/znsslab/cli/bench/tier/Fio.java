package io.znsslab.cli.bench.tier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The fio command, with its io_uring engine: the same I/O as the store's, without a store. */
final class Fio {
    /** The store flushes once for so much, where there is more to write. */
    static final long STORE_FLUSH_BYTES = 128L << 20;

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * What a job reached.
     *
     * @param bytesPerSecond transferred
     * @param perSecond transfers
     * @param cpuNanosPerTransfer processor time of the threads that do the I/O, user and system; the kernel's own
     *     workers are not in it
     */
    record Result(double bytesPerSecond, double perSecond, double cpuNanosPerTransfer) {}

    /** Its version line. */
    String version() {
        return run(List.of("--version")).strip();
    }

    /** Writes zones one after the other, several at a time, at their write pointers. */
    Result write(Path path, boolean zoned, long firstByte, long zoneBytes, int jobs, int blockBytes, long bytes) {
        long zonesOfAJob = Math.max(1, bytes / zoneBytes / jobs);
        long share = zonesOfAJob * zoneBytes;
        List<String> arguments = common(path, blockBytes);
        arguments.addAll(List.of("--rw=write", "--iodepth=1", "--numjobs=" + jobs, "--fallocate=none"));
        arguments.addAll(List.of("--size=" + share, "--offset=" + firstByte, "--offset_increment=" + share));
        // As often in all as the store, which flushes once for so much of all its zones together; and all is durable in
        // the end.
        arguments.add("--fdatasync=" + Math.max(1, STORE_FLUSH_BYTES / blockBytes));
        arguments.add("--end_fsync=1");
        if (zoned) {
            arguments.add("--zonemode=zbd");
        } else {
            arguments.add("--filesize=" + (firstByte + jobs * share));
        }
        return result(arguments, "write");
    }

    /** Reads blocks at random places of a region. */
    Result read(Path path, boolean zoned, long firstByte, long bytes, int depth, int blockBytes, int seconds) {
        List<String> arguments = common(path, blockBytes);
        arguments.addAll(List.of("--rw=randread", "--norandommap", "--randrepeat=0", "--iodepth=" + depth));
        arguments.addAll(List.of("--offset=" + firstByte, "--size=" + bytes, "--readonly"));
        arguments.addAll(List.of("--time_based", "--runtime=" + seconds));
        if (zoned) {
            arguments.add("--zonemode=zbd");
        }
        return result(arguments, "read");
    }

    private static List<String> common(Path path, int blockBytes) {
        return new ArrayList<>(List.of(
                "--name=beside",
                "--filename=" + path,
                "--ioengine=io_uring",
                "--direct=1",
                "--fixedbufs=1",
                "--registerfiles=1",
                "--bs=" + blockBytes,
                "--group_reporting",
                "--output-format=json"));
    }

    private Result result(List<String> arguments, String direction) {
        String text = run(arguments);
        try {
            JsonNode job = JSON.readTree(text.substring(Math.max(0, text.indexOf('{'))))
                    .path("jobs")
                    .path(0);
            JsonNode moved = job.path(direction);
            double transfers = moved.path("total_ios").asDouble();
            double cpuShare =
                    (job.path("usr_cpu").asDouble() + job.path("sys_cpu").asDouble()) / 100;
            double cpuNanos = cpuShare * job.path("job_runtime").asDouble() * 1e6;
            if (transfers == 0) {
                throw failure("it reported no I/O for \"" + String.join(" ", arguments) + "\"");
            }
            return new Result(
                    moved.path("bw_bytes").asDouble(), moved.path("iops").asDouble(), cpuNanos / transfers);
        } catch (JsonProcessingException e) {
            throw new CommandFailure(
                    ExitCode.SETUP_INCOMPLETE, "fio printed no JSON report but: " + firstLine(text), e);
        }
    }

    private static String run(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("fio"));
        command.addAll(arguments);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw failure("\"" + String.join(" ", command) + "\" ended with " + status + ": " + firstLine(text));
            }
            return text;
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.SETUP_INCOMPLETE,
                    "cannot run fio, with which the store is compared: " + e.getMessage() + "; install fio",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.UNEXPECTED, "interrupted while fio was running", e);
        }
    }

    /** What fio says of a failure; its report follows, also where there is nothing in it. */
    private static String firstLine(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("{"))
                .findFirst()
                .orElse("it gives no reason");
    }

    private static CommandFailure failure(String what) {
        return new CommandFailure(ExitCode.SETUP_INCOMPLETE, "fio failed: " + what);
    }
}
