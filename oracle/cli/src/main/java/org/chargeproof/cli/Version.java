package org.chargeproof.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.operator.consortium.algorithm.Program;
import picocli.CommandLine.IVersionProvider;

/** What this program is: its version, the commit that it was built from, the planner that it carries, and what it runs on. */
final class Version implements IVersionProvider {
    private static final String BUILD = "build.properties";
    private static final String COMMIT = "commit";
    private static final String CHANGED = "-dirty";

    @Override
    public String[] getVersion() {
        var lines = new ArrayList<>(List.of("chargeproof " + version(), "built from " + source()));
        try {
            lines.add("planner " + Program.PLANNER.jar().id().toUnprefixedHexString());
        } catch (BadInputException e) {
            lines.add("planner (not packaged)");
        }
        lines.add("Java " + System.getProperty("java.runtime.version") + " in " + System.getProperty("java.home"));
        return lines.toArray(String[]::new);
    }

    private static String version() {
        var build = new Properties();
        try (InputStream in = Version.class.getResourceAsStream(BUILD)) {
            build.load(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return build.getProperty("version");
    }

    private static String source() {
        try (InputStream in = Version.class.getResourceAsStream(COMMIT)) {
            String commit = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            if (commit.isEmpty()) {
                return "sources without a commit";
            }
            return commit.endsWith(CHANGED)
                    ? "commit " + commit.substring(0, commit.length() - CHANGED.length()) + ", with changes"
                    : "commit " + commit;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
