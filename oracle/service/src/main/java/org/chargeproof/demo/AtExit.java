package org.chargeproof.demo;

/** Something to be done at the end, once: when it is closed, or when the process is told to end before. */
final class AtExit implements AutoCloseable {
    private final Runnable action;
    private final Thread hook;
    private boolean done;

    private AtExit(Runnable action) {
        this.action = action;
        this.hook = Thread.ofPlatform().unstarted(this::runOnce);
    }

    static AtExit run(Runnable action) {
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
