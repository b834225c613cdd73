package org.chargeproof.console.input;

import java.nio.file.Path;
import java.util.Optional;

/** Where the project's files are: {@code CHARGEPROOF_HOME}, which the scripts set, or the folder that we run in. */
public final class ProjectFolder {
    private static final String VARIABLE = "CHARGEPROOF_HOME";

    private ProjectFolder() {}

    public static Path find() {
        return Path.of(Optional.ofNullable(System.getenv(VARIABLE)).orElse("."))
                .toAbsolutePath()
                .normalize();
    }
}
