package org.chargeproof.operator.assets.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.console.output.Printable;

/** What is wrong with a file, all of it, so that it is mended at once. */
public final class Problems {
    private static final int MOST_SHOWN = 20;
    /** More are only counted. */
    private static final int MOST_KEPT = 10_000;

    private final String file;
    private final List<Problem> kept = new ArrayList<>();
    private int count;

    private record Problem(int line, String text) {}

    /** @param file how people know it */
    public Problems(String file) {
        this.file = file;
    }

    /** Adds what is wrong in a line. */
    public void add(int line, String text) {
        count++;
        if (kept.size() < MOST_KEPT) {
            kept.add(new Problem(line, text));
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /**
     * Refuses the file if anything is wrong.
     *
     * @throws BadInputException with the first twenty, in the order of lines, and how many more there are
     */
    public void refuse() {
        refuse("line ");
    }

    /** The same where they are not in lines. */
    public void refuse(String where) {
        if (isEmpty()) {
            return;
        }
        String shown = kept.stream()
                .sorted(Comparator.comparingInt(Problem::line))
                .limit(MOST_SHOWN)
                .map(p -> where + p.line() + ": " + p.text())
                .collect(Collectors.joining("\n  "));
        int more = count - MOST_SHOWN;
        throw new BadInputException(Printable.of(file) + " has " + count + (count == 1 ? " problem" : " problems")
                + ":\n  " + shown + (more > 0 ? "\n  and " + more + " more" : "")
                + "\nMend them and run the command again. Nothing was sent.");
    }
}
