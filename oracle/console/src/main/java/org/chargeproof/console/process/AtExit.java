package org.chargeproof.console.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Something to be done at the end, once: when it is closed, or when the process is told to end before. */
public final class AtExit implements AutoCloseable {
    private final Runnable action;
    private final Thread hook;
    private boolean done;

    private AtExit(Runnable action) {
        this.action = action;
        this.hook = Thread.ofPlatform().unstarted(this::runOnce);
    }

    /**
     * What to put before a command so that its process is ended when this one is, even by SIGKILL; nothing where the system has no
     * such thing.
     *
     * @param signal TERM to let it end in order, KILL if it has nothing to lose
     */
    public static List<String> endsWithUs(String signal) {
        Path setpriv = Path.of("/usr/bin/setpriv");
        return Files.isExecutable(setpriv) ? List.of(setpriv.toString(), "--pdeathsig", signal) : List.of();
    }

    public static AtExit run(Runnable action) {
        var atExit = new AtExit(action);
        Runtime.getRuntime().addShutdownHook(atExit.hook);
        return atExit;
    }

    @Override
    public void close() {
        runOnce();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending: the hook finds that all is done
        }
    }

    private synchronized void runOnce() {
        if (!done) {
            done = true;
            action.run();
        }
    }
}
