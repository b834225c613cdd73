package org.chargeproof.cli.demo;

/** Who is told what goes on. */
@FunctionalInterface
interface DemoOutput {
    /** Something to keep: a line, or several. */
    void say(String line);

    /** How far it is: the next one may replace it. */
    default void progress(String line) {
        say(line);
    }
}
