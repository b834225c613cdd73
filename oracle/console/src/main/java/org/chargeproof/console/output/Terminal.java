package org.chargeproof.console.output;

/** Whoever looks. */
@SuppressWarnings("SystemConsoleNull") // the nullness checker sees it the other way round
final class Terminal {
    private Terminal() {}

    /** Whether what is written can be replaced before somebody's eyes. */
    static boolean isThere() {
        var console = System.console();
        return console != null && console.isTerminal();
    }
}
