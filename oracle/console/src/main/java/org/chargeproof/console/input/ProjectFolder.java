package org.chargeproof.console.input;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the project's files are: {@code CHARGEPROOF_HOME}, which what starts us sets, or the folder that we run in. */
public final class ProjectFolder {
    private static final String VARIABLE = "CHARGEPROOF_HOME";

    private ProjectFolder() {}

    public static Path find() {
        return Path.of(Optional.ofNullable(System.getenv(VARIABLE)).orElse("."))
                .toAbsolutePath()
                .normalize();
    }

    /** Whether these are the sources, and not an unpacked release. */
    public static boolean isCheckout() {
        return Files.isRegularFile(find().resolve(Path.of("scripts", "lib.sh")));
    }

    /** The folder with the plugin's jars: of a release, or where the build puts it; null when it is not there. */
    public static @Nullable Path plugins() {
        return Stream.of(Path.of("plugins"), Path.of("plugin", "target", "besu-plugins"))
                .map(find()::resolve)
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(null);
    }
}
