package org.chargeproof.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Where this project is checked out, for tests of its pages. */
final class ProjectFolder {
    private ProjectFolder() {}

    static Path path() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("contracts/src"))) {
            folder = Objects.requireNonNull(folder.getParent(), "run it within the project");
        }
        return folder;
    }
}
