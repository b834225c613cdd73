package org.chargeproof.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.chargeproof.audit.report.AuditException;
import org.chargeproof.audit.report.SignedReport;
import org.chargeproof.console.process.ChildProcess;
import org.chargeproof.console.process.Folders;
import org.chargeproof.console.settings.ConfiguredCommandLine;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Keys;
import picocli.CommandLine.Model.CommandSpec;

/**
 * An audit in a process of its own, and a signature on what it reports. This process has the key and never talks to a node; that one
 * talks to the node, runs algorithms, and is not told where the key is.
 */
final class SignedAudit {
    static final String REPORT = "--report";
    static final String KEY = "--key";
    static final String PASSWORD = "--password-file";
    private static final String RPC = "--rpc";

    /** Where the other process leaves its report. */
    static final String UNSIGNED = "--unsigned-report";

    private static final Set<String> KEPT_HERE = Set.of(REPORT, KEY, PASSWORD, UNSIGNED, RPC);
    private static final long MOST_REPORT_BYTES = 1L << 30;
    private static final int JUDGED = 1;

    private final CommandSpec spec;
    private final Path report;
    private final Credentials credentials;

    SignedAudit(CommandSpec spec, Path report, Credentials credentials) {
        this.spec = spec;
        this.report = report;
        this.credentials = credentials;
    }

    /** Runs it all. @return the audit's exit code */
    int run() throws IOException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        Path folder = Files.createTempDirectory("chargeproof-report");
        try {
            Path unsigned = folder.resolve("report.json");
            var builder = new ProcessBuilder(command(unsigned));
            // they may say where the key is
            ConfiguredCommandLine.removeSettings(builder.environment());
            builder.environment().remove("CREDENTIALS_DIRECTORY");
            // the list of processes shows arguments to all users, and an address may hold a password
            ConfiguredCommandLine.given(spec)
                    .getOrDefault(RPC, List.of())
                    .forEach(url -> builder.environment().put(ConfiguredCommandLine.variable(spec, RPC), url));
            // where the address comes from is no news to who gave it
            builder.environment().putIfAbsent("CHARGEPROOF_LOG", "WARN");
            var process = ChildProcess.startBound(builder, "KILL");
            int exitCode;
            try {
                process.getOutputStream().close();
                var said = copy(process.getErrorStream(), err);
                var told = copy(process.getInputStream(), spec.commandLine().getOut());
                exitCode = process.waitFor();
                said.join();
                told.join();
            } finally {
                process.destroyForcibly();
            }
            // without a report there was no audit; with one, its verdict counts, whatever it is
            if (exitCode < 0 || exitCode > JUDGED) {
                return 2;
            }
            if (Files.size(unsigned) > MOST_REPORT_BYTES) {
                throw new AuditException("the report is larger than " + MOST_REPORT_BYTES
                        + " bytes. Audit fewer timesteps at once, with --from and --to.");
            }
            SignedReport.sign(SignedReport.readUnsigned(unsigned), credentials).write(report);
            err.println("report signed by " + Keys.toChecksumAddress(credentials.getAddress()) + " in " + report);
            return exitCode;
        } finally {
            Folders.delete(folder);
        }
    }

    private List<String> command(Path unsigned) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                // by name: the arrow between the packages points the other way
                "org.chargeproof.cli.Main",
                "audit"));
        ConfiguredCommandLine.given(spec).forEach((name, values) -> {
            if (KEPT_HERE.contains(name)) {
                return;
            }
            if (values.isEmpty()) {
                command.add(name);
            } else {
                values.forEach(value -> command.add(name + "=" + value));
            }
        });
        command.add(UNSIGNED + "=" + unsigned);
        return command;
    }

    private static CompletableFuture<Void> copy(InputStream from, PrintWriter to) {
        return CompletableFuture.runAsync(
                () -> {
                    char[] some = new char[8_192];
                    try (Reader reader = new InputStreamReader(from, StandardCharsets.UTF_8)) {
                        for (int n = reader.read(some); n >= 0; n = reader.read(some)) {
                            to.write(some, 0, n);
                            to.flush();
                        }
                    } catch (IOException e) {
                        // it has ended
                    }
                },
                task -> Thread.ofVirtual().start(task));
    }
}
