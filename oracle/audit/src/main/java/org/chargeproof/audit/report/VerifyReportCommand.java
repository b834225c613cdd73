package org.chargeproof.audit.report;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code chargeproof verify-report}: who stands for a report. */
@Command(
        name = "verify-report",
        header = "Checks who signed an audit's report.",
        mixinStandardHelpOptions = true,
        description = "Checks the signature of a report that audit --report wrote, and says whose it is. "
                + "Whether to trust that address is for you to know; what it claims, audit finds out "
                + "anew. Exit code: 0 signed by the address in it, 1 not, 2 no report.")
public final class VerifyReportCommand implements Callable<Integer> {
    private static final int AUTHENTIC = 0;
    private static final int FORGED = 1;

    @Parameters(paramLabel = "FILE", description = "Signed report.")
    private Path file = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var signed = SignedReport.read(file);
        if (!signed.isAuthentic()) {
            out.println(
                    "NOT AUTHENTIC: " + signed.address() + " did not sign this report. It was changed, or signed by "
                            + signed.signer().orElse("nobody") + ".");
            return FORGED;
        }
        var report = signed.report();
        var counts = report.path("counts");
        out.println("AUTHENTIC: signed by " + signed.address());
        out.printf(
                Locale.ROOT,
                "chain %s, Consortium %s, timesteps %s to %s, head block %s %s%n",
                report.path("chainId").asText(),
                report.path("consortium").asText(),
                report.path("from").asText(),
                report.path("to").asText(),
                report.path("head").path("block").asText(),
                report.path("head").path("hash").asText());
        out.printf(
                Locale.ROOT,
                "%s plans: %s match, %s mismatch, %s missing; %s certificates hold; %s wrong posts%n",
                counts.path("plans").asText(),
                counts.path("match").asText(),
                counts.path("mismatch").asText(),
                counts.path("missing").asText(),
                counts.path("certificates").asText(),
                counts.path("wrongPosts").asText());
        return AUTHENTIC;
    }
}
