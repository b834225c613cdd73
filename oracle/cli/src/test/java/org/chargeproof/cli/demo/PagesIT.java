package org.chargeproof.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.chargeproof.console.input.SecretFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.utils.Numeric;

/** The pages in a real browser, of a consortium that lives: the tests in {@code oracle/pages/src/test/browser}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIfSystemProperty(named = "chargeproof.long", matches = "true", disabledReason = "-Plong runs this")
class PagesIT {
    private static final List<String> BROWSERS =
            List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
    private static final long MOST_MINUTES = 12;

    private final Path folder = Path.of("target", "pages-it").toAbsolutePath();
    private final Path clone = Path.of(System.getenv().getOrDefault("CHARGEPROOF_HOME", "../.."));
    private final Path tests = clone.resolve("oracle/pages/src/test/browser").toAbsolutePath();
    private List<String> program = List.of();
    private LiveNetwork live;
    private JsonNode network;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException, InterruptedException {
        boolean packaged = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        assumeTrue(
                packaged || BROWSERS.stream().anyMatch(path -> Files.exists(Path.of(path))),
                "THE PAGES WERE NOT TRIED: there is no Chromium for this machine in npm, and none of " + BROWSERS);
        Files.createDirectories(folder);
        assertThat(node(
                        "npm",
                        clone.resolve("contracts/build/install.mjs")
                                .toAbsolutePath()
                                .toString(),
                        tests.toString()))
                .isZero();
        program = LiveNetwork.program(temporary, List.of());
        live = new LiveNetwork(temporary, folder.resolve("live.log"), folder.resolve("live.json"), LiveNetwork.SERVED);
        network = live.awaitLiving();
    }

    @AfterAll
    void end() {
        if (live != null) {
            live.close();
        }
    }

    @Test
    void peopleFindWhatTheyCameFor() throws IOException, InterruptedException {
        assertThat(node("journey", "--test", tests.resolve("journey.test.mjs").toString()))
                .as(LiveNetwork.read(folder.resolve("journey.log")))
                .isZero();
    }

    @Test
    void everyPageLooksRightAndKeepsNobodyOut() throws IOException, InterruptedException {
        assertThat(node("looks", "--test", tests.resolve("looks.test.mjs").toString()))
                .as(LiveNetwork.read(folder.resolve("looks.log")))
                .isZero();
    }

    private int node(String name, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("node"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(folder.resolve(name + ".log").toFile());
        if (network != null) {
            var environment = builder.environment();
            environment.put(
                    "PAGES_URL", network.get("oracles").get(0).get("url").asText());
            environment.put("PAGES_KEY", network.at("/visitor/key").asText());
            environment.put("PAGES_NODE", network.get("rpcUrl").asText());
            environment.put(
                    "PAGES_CONSORTIUM", network.at("/contracts/consortium").asText());
            environment.put("PAGES_SHOTS", folder.resolve("shots").toString());
            Path owner = folder.resolve("owner.key");
            Files.deleteIfExists(owner);
            SecretFile.write(
                    owner,
                    Numeric.cleanHexPrefix(network.at("/owner/privateKey").asText()));
            environment.put("PAGES_OWNER", owner.toString());
            environment.put("PAGES_PROGRAM", new ObjectMapper().writeValueAsString(program));
        }
        var process = builder.start();
        if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError(name + " took too long:\n" + LiveNetwork.read(folder.resolve(name + ".log")));
        }
        return process.exitValue();
    }
}
