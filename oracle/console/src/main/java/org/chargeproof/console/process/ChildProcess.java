package org.chargeproof.console.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Starts processes that end with this one, or outlive it. */
public final class ChildProcess {
    /**
     * The system ends a child when the thread that started it ends, not the process: so one thread starts all of them and lives as
     * long as the process does.
     */
    private static final ExecutorService STARTER =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

    private ChildProcess() {}

    /**
     * Starts a process that is told to end when this one ends, however it ends.
     *
     * @param signal TERM to let it end in order, KILL if it has nothing to lose
     * @throws UncheckedIOException when it cannot be started
     */
    public static Process startBound(ProcessBuilder builder, String signal) {
        builder.command(before(AtExit.endsWithUs(signal), builder.command()));
        return start(builder::start);
    }

    /**
     * Starts a process in a session of its own: neither our end nor an interrupt at the terminal reaches it.
     *
     * @throws UncheckedIOException when it cannot be started
     */
    public static Process startFree(ProcessBuilder builder) {
        Path setsid = Path.of("/usr/bin/setsid");
        List<String> prefix = Files.isExecutable(setsid) ? List.of(setsid.toString()) : List.of("nohup");
        builder.command(before(prefix, builder.command()));
        return start(builder::start);
    }

    private static Process start(Callable<Process> starting) {
        try {
            return STARTER.submit(starting).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new UncheckedIOException(cause.getMessage(), cause);
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a process was started", e);
        }
    }

    private static List<String> before(List<String> prefix, List<String> command) {
        var all = new ArrayList<>(prefix);
        all.addAll(command);
        return all;
    }
}
