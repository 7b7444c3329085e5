package io.znsslab.cli.demo;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The lines of a file as objects: bytes from one newline to the next, the newline with them, so that putting the
 * objects together gives the file, whatever is in it (carriage returns, zero bytes, invalid UTF-8, no newline at the
 * end). A line that is longer than an object may be goes into several.
 *
 * <p>The file is read as a stream through one window; its length is fixed when it is opened, so that a log that is
 * being written to can be used.
 */
final class LinesOfFile implements ObjectSource {
    private static final int WINDOW_BYTES = 1 << 20;

    private final InputFile file;
    private final FileChannel channel;
    private final long sizeBytes;
    private final long shares;
    private final int longest;
    private final byte[] window;
    private final MessageDigest original = sha256();
    private final MessageDigest rebuilt = sha256();
    private int position;
    private int limit;
    private long windowStart;
    private long digested;
    private long shareStart;
    private long shareEnd;
    private boolean again;
    private long sharesBegun;
    private int offset;
    private long rebuiltBytes;
    private byte[] originalDigest;
    private byte[] rebuiltDigest;

    /**
     * @param shares the number of epochs that the file is spread over, discarded ones not counted
     * @param longest the largest object in bytes, 1 or more
     */
    LinesOfFile(InputFile file, long shares, int longest) {
        this.file = file;
        sizeBytes = file.sizeBytes();
        this.shares = shares;
        this.longest = longest;
        window = new byte[Math.max(WINDOW_BYTES, 2 * longest)];
        channel = file.open();
    }

    @Override
    public void beginEpoch(boolean discarded, boolean last) {
        if (again) {
            seek(shareStart);
        } else {
            sharesBegun++;
            shareStart = windowStart + position;
        }
        again = discarded;
        // In steps of a share, without the overflow that size * shares could have.
        long perShare = sizeBytes / shares + 1;
        shareEnd = last || sharesBegun >= shares ? sizeBytes : Math.min(sizeBytes, perShare * sharesBegun);
    }

    @Override
    public int next(long issue) {
        long at = windowStart + position;
        if (at >= shareEnd) {
            return END_OF_EPOCH;
        }
        if (limit - position < longest && windowStart + limit < sizeBytes) {
            fill();
        }
        int end = Math.min(limit, position + longest);
        int newline = position;
        while (newline < end && window[newline] != '\n') {
            newline++;
        }
        offset = position;
        position = newline < end ? newline + 1 : end;
        return position - offset;
    }

    @Override
    public byte[] bytes() {
        return window;
    }

    @Override
    public int offset() {
        return offset;
    }

    @Override
    public boolean mustSurvive() {
        return true;
    }

    @Override
    public boolean matches(long issue, byte[] stored, int length) {
        rebuilt.update(stored, 0, length);
        rebuiltBytes += length;
        return true; // one line cannot tell; the digest of all of them does
    }

    @Override
    public boolean matchesAsAWhole() {
        originalDigest = original.digest();
        rebuiltDigest = rebuilt.digest();
        return rebuiltBytes == sizeBytes && digested == sizeBytes && Arrays.equals(originalDigest, rebuiltDigest);
    }

    /** SHA-256 of the file, in hexadecimal; after {@link #matchesAsAWhole}. */
    String originalSha256() {
        return HexFormat.of().formatHex(originalDigest);
    }

    /** SHA-256 of what the handles gave, in hexadecimal; after {@link #matchesAsAWhole}. */
    String rebuiltSha256() {
        return HexFormat.of().formatHex(rebuiltDigest);
    }

    /** Bytes that the handles gave. */
    long rebuiltBytes() {
        return rebuiltBytes;
    }

    @Override
    public long taken() {
        return windowStart + position;
    }

    @Override
    public long total() {
        return sizeBytes;
    }

    @Override
    public String unit() {
        return "bytes";
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void seek(long to) {
        windowStart = to;
        position = 0;
        limit = 0;
    }

    private void fill() {
        System.arraycopy(window, position, window, 0, limit - position);
        windowStart += position;
        limit -= position;
        position = 0;
        int wanted = (int) Math.min(window.length - limit, sizeBytes - windowStart - limit);
        ByteBuffer into = ByteBuffer.wrap(window, limit, wanted);
        try {
            while (into.hasRemaining()) {
                if (channel.read(into, windowStart + into.position()) < 0) {
                    throw file.endedAt(windowStart + into.position(), channel);
                }
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_UNUSABLE,
                    "reading " + file.path() + " at byte " + (windowStart + into.position()) + " failed: "
                            + e.getMessage(),
                    e);
        }
        digest(limit, limit + wanted);
        limit += wanted;
    }

    /** What is read twice, because its first epoch is discarded, is digested once. */
    private void digest(int from, int to) {
        int fresh = (int) Math.max(from, digested - windowStart);
        if (fresh < to) {
            original.update(window, fresh, to - fresh);
            digested = windowStart + to;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
