package org.chargeproof.console.output;

import java.io.PrintWriter;

/** One line on standard output that says how far something is: replaced by the next on a terminal, each of its own elsewhere. Thread-safe. */
public final class ProgressLine implements AutoCloseable {
    /** The most characters of a line: a terminal of 80 columns is not to wrap it. */
    public static final int MOST_CHARACTERS = 79;

    private final PrintWriter out;
    private final boolean replaced;
    private boolean open;

    /** @param out standard output, as others write to it */
    public ProgressLine(PrintWriter out) {
        this(out, Terminal.isThere());
    }

    ProgressLine(PrintWriter out, boolean replaced) {
        this.out = out;
        this.replaced = replaced;
    }

    /** Says it, cut to what fits. */
    public synchronized void tell(String line) {
        String shown = Printable.of(line);
        shown = shown.substring(0, Math.min(shown.length(), MOST_CHARACTERS));
        if (!replaced) {
            out.println(shown);
            out.flush();
            return;
        }
        // not through the writer: it lets nothing move the cursor
        System.out.print("\r" + shown + " ".repeat(MOST_CHARACTERS - shown.length()));
        System.out.flush();
        open = true;
    }

    /** Leaves the last line as it is, for others to go on below it. */
    @Override
    public synchronized void close() {
        if (open) {
            out.println();
            out.flush();
            open = false;
        }
    }
}
