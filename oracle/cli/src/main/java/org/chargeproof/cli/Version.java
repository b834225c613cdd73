package org.chargeproof.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.operator.consortium.algorithm.PlannerJar;
import picocli.CommandLine.IVersionProvider;

/** What this program is: its version, the commit that it was built from, the planner that it carries, and what it runs on. */
final class Version implements IVersionProvider {
    private static final String BUILD = "build.properties";

    @Override
    public String[] getVersion() {
        var build = build();
        var lines = new ArrayList<>(List.of("chargeproof " + build.getProperty("version")));
        lines.add("built from " + source(build.getProperty("commit", ""), build.getProperty("changed", "")));
        try {
            lines.add("planner " + PlannerJar.ofThisProgram().id().toUnprefixedHexString());
        } catch (BadInputException e) {
            lines.add("planner (not packaged)");
        }
        lines.add("Java " + System.getProperty("java.runtime.version") + " in " + System.getProperty("java.home"));
        return lines.toArray(String[]::new);
    }

    /** The commit is empty, or a name of Maven's that nobody replaced, when the sources did not lie in a git repository. */
    private static String source(String commit, String changed) {
        if (!commit.matches("[0-9a-f]{40}")) {
            return "sources without a commit";
        }
        return "commit " + commit + (changed.equals("true") ? ", with changes" : "");
    }

    private static Properties build() {
        var build = new Properties();
        try (InputStream in = Version.class.getResourceAsStream(BUILD)) {
            if (in == null) {
                throw new IllegalStateException("there is no " + BUILD);
            }
            build.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return build;
    }
}
