package org.chargeproof.console.output;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;

/** The way from a command to a terminal: whatever comes, lines and tabs are all that moves the cursor. See {@link Printable}. */
public final class PrintableWriter extends Writer {
    private final PrintStream out;
    private final StringBuilder shown = new StringBuilder();
    /** The first half of a character whose second half is still to come; 0 = none. */
    private char half;

    private PrintableWriter(PrintStream out) {
        this.out = out;
    }

    /** A writer in front of a stream, which flushes at the end of each line. */
    public static PrintWriter to(PrintStream out) {
        return new PrintWriter(new PrintableWriter(out), true);
    }

    @Override
    public void write(char[] characters, int offset, int length) {
        synchronized (lock) {
            for (int i = offset; i < offset + length; i++) {
                write(characters[i]);
            }
            out.print(shown);
            shown.setLength(0);
        }
    }

    private void write(char unit) {
        if (half != 0 && Character.isLowSurrogate(unit)) {
            Printable.appendOfLines(shown, Character.toCodePoint(half, unit));
            half = 0;
            return;
        }
        finishHalf();
        if (Character.isHighSurrogate(unit)) {
            half = unit;
        } else {
            Printable.appendOfLines(shown, unit);
        }
    }

    private void finishHalf() {
        if (half != 0) {
            Printable.appendOfLines(shown, half);
            half = 0;
        }
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        synchronized (lock) {
            finishHalf();
            out.print(shown);
            shown.setLength(0);
            out.flush();
        }
    }
}
