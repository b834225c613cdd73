package org.chargeproof.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Jazzer on one target after the other, in a process of its own: {@code scripts/fuzz MINUTES}. What it finds, and the inputs that lead
 * further, stay in {@code oracle/fuzz/target/fuzz}; take those that matter into the corpus.
 */
@EnabledIfSystemProperty(named = "fuzz.minutes", matches = "[0-9]+")
class FuzzIT {
    private static final String INSTRUMENTED = "org.chargeproof.**:org.web3j.abi.**:org.web3j.protocol.**";

    static List<Class<?>> targets() {
        return FuzzTargets.ALL;
    }

    @ParameterizedTest
    @MethodSource("targets")
    void findsNothing(Class<?> target) throws IOException, InterruptedException {
        int minutes = Integer.getInteger("fuzz.minutes", 10);
        Path folder = Path.of("target", "fuzz", target.getSimpleName());
        Path found = Files.createDirectories(folder.resolve("found"));
        Path generated = Files.createDirectories(folder.resolve("generated"));
        Path log = folder.resolve("log.txt");
        Process fuzzer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx768m",
                        "-XX:+UseSerialGC",
                        "-XX:+EnableDynamicAgentLoading",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + target.getName(),
                        "--instrumentation_includes=" + INSTRUMENTED,
                        "--reproducer_path=" + found,
                        "-artifact_prefix=" + found + "/",
                        "-max_total_time=" + TimeUnit.MINUTES.toSeconds(minutes),
                        "-timeout=20",
                        "-rss_limit_mb=2048",
                        generated.toString(),
                        FuzzTargets.corpus(target).toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(fuzzer.waitFor(minutes + 5L, TimeUnit.MINUTES))
                    .as("%s ends in time", target.getSimpleName())
                    .isTrue();
            assertThat(fuzzer.exitValue())
                    .as("something was found: see %s", log)
                    .isZero();
        } finally {
            fuzzer.destroyForcibly();
        }
    }
}
