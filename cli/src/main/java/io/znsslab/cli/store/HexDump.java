package io.znsslab.cli.store;

import java.io.PrintWriter;
import java.util.Locale;

/** Bytes as people read them: offset, sixteen bytes in hexadecimal, and what of them is text. */
final class HexDump {
    private static final int ROW = 16;
    private static final int HALF = ROW / 2;
    private static final int FIRST_VISIBLE = 0x20;
    private static final int LAST_VISIBLE = 0x7e;

    private HexDump() {}

    /** Prints the bytes; rows that repeat the one before are left out, and marked by a star. */
    static void print(PrintWriter out, byte[] bytes) {
        boolean starred = false;
        for (int at = 0; at < bytes.length; at += ROW) {
            boolean repeats = at > 0 && at + ROW < bytes.length && isSame(bytes, at - ROW, at);
            if (!repeats) {
                out.println(row(bytes, at));
            } else if (!starred) {
                out.println("*");
            }
            starred = repeats;
        }
        out.println(String.format(Locale.ROOT, "%08x", bytes.length));
    }

    private static boolean isSame(byte[] bytes, int one, int other) {
        return java.util.Arrays.equals(bytes, one, one + ROW, bytes, other, other + ROW);
    }

    private static String row(byte[] bytes, int at) {
        StringBuilder hex = new StringBuilder(String.format(Locale.ROOT, "%08x ", at));
        StringBuilder text = new StringBuilder();
        for (int i = at; i < at + ROW; i++) {
            hex.append(i == at + HALF ? "  " : " ");
            if (i < bytes.length) {
                hex.append(String.format(Locale.ROOT, "%02x", bytes[i]));
                text.append(bytes[i] >= FIRST_VISIBLE && bytes[i] <= LAST_VISIBLE ? (char) bytes[i] : '.');
            } else {
                hex.append("  ");
            }
        }
        return hex.append("  |").append(text).append('|').toString();
    }
}
