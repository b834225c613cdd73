package org.chargeproof.protocol.algorithm;

/** An algorithm gave no plan: it refused its input, failed, or ran into a bound. The message is safe to print. */
public final class AlgorithmException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int MOST_CHARACTERS = 500;

    /** Why there is no plan. */
    public enum Kind {
        /** It threw: it would do so wherever it runs. */
        FAILED,
        /** It ran into a bound of this machine: time, memory, stack. Elsewhere it may give a plan. */
        BOUND
    }

    private final Kind kind;

    public AlgorithmException(Kind kind, String message) {
        super(printable(message));
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** What an algorithm says reaches terminals, logs and reports: no control characters, and no novel. */
    static String printable(String text) {
        var printable = new StringBuilder();
        text.codePoints()
                .limit(MOST_CHARACTERS)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
                .forEach(printable::appendCodePoint);
        return text.length() > MOST_CHARACTERS
                ? printable + " ..."
                : printable.toString().strip();
    }
}
