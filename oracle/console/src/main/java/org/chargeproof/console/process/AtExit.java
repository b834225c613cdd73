package org.chargeproof.console.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something to be done at the end, once: when it is closed, or when the process is told to end before. What was asked for last is done
 * first.
 */
public final class AtExit implements AutoCloseable {
    private static final Deque<AtExit> OPEN = new ArrayDeque<>();
    private static boolean hooked;

    private final Runnable action;
    private boolean done;

    private AtExit(Runnable action) {
        this.action = action;
    }

    /**
     * What to put before a command so that its process is ended when this one is, even by SIGKILL, and no sooner: an interrupt at the
     * terminal reaches us alone, who end what we started in order. Nothing where the system has no such thing.
     *
     * @param signal TERM to let it end in order, KILL if it has nothing to lose
     */
    public static List<String> endsWithUs(String signal) {
        Path setpriv = Path.of("/usr/bin/setpriv");
        Path setsid = Path.of("/usr/bin/setsid");
        var prefix = new ArrayList<String>();
        if (Files.isExecutable(setpriv)) {
            prefix.addAll(List.of(setpriv.toString(), "--pdeathsig", signal));
            if (Files.isExecutable(setsid)) {
                prefix.add(setsid.toString());
            }
        }
        return prefix;
    }

    public static AtExit run(Runnable action) {
        var atExit = new AtExit(action);
        synchronized (OPEN) {
            if (!hooked) {
                Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(AtExit::runAll));
                hooked = true;
            }
            OPEN.addLast(atExit);
        }
        return atExit;
    }

    @Override
    public void close() {
        runOnce();
        synchronized (OPEN) {
            OPEN.remove(this);
        }
    }

    private static void runAll() {
        for (AtExit last = last(); last != null; last = last()) {
            try {
                last.runOnce();
            } catch (RuntimeException e) {
                // the rest is to be done all the same
                System.err.println(e.getMessage());
            }
        }
    }

    private static @Nullable AtExit last() {
        synchronized (OPEN) {
            return OPEN.pollLast();
        }
    }

    private synchronized void runOnce() {
        if (!done) {
            done = true;
            action.run();
        }
    }
}
