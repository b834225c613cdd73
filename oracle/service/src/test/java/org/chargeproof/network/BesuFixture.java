package org.chargeproof.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Networks of real Besu nodes for tests: from BESU_HOME, from the path, or, through Testcontainers, the distribution that is
 * inside of the image. Without any of them the test is skipped and says so, or fails with CHARGEPROOF_REQUIRE_BESU=1.
 */
public final class BesuFixture {
    private static final String HOW = "no Besu on this machine. Set BESU_HOME to an unpacked distribution of Besu "
            + BesuInstallation.VERSION + ", put 'besu' on the PATH, or start Docker (" + BesuInstallation.IMAGE + ").";

    /** A machine that builds other things too takes its time. */
    private static final Duration START = Duration.ofMinutes(10);

    private BesuFixture() {}

    /** A Besu, or the end of the test. */
    public static BesuInstallation require() {
        var found =
                BesuInstallation.findIfThere().filter(besu -> !besu.isDocker()).or(BesuFixture::fromImage);
        if (found.isEmpty()) {
            if ("1".equals(System.getenv("CHARGEPROOF_REQUIRE_BESU"))) {
                Assertions.fail("CHARGEPROOF_REQUIRE_BESU=1, but there is " + HOW);
            }
            System.out.println("SKIPPED: there is " + HOW);
            Assumptions.abort(HOW);
        }
        return found.orElseThrow();
    }

    /**
     * Starts a network with new keys and the plugin on free ports, and waits for blocks.
     *
     * @param rejecting places of nodes, from 1, whose pool refuses plans that do not match
     */
    public static BesuNetwork start(Path folder, Consensus consensus, int nodes, Set<Integer> rejecting) {
        return start(folder, consensus, nodes, rejecting, config -> config + "\nplugin-charge-reject-mismatch=true\n");
    }

    /**
     * The same with another configuration of some nodes.
     *
     * @param which places of nodes, from 1
     * @param edit makes of what is in config.toml what is to be
     */
    public static BesuNetwork start(
            Path folder, Consensus consensus, int nodes, Collection<Integer> which, UnaryOperator<String> edit) {
        Assertions.assertNotNull(
                NodeOptions.endingWithUs().plugins(), "the plugin is not built: plugin/target/besu-plugins");
        var network = BesuNetwork.create(folder, consensus, nodes, require());
        for (int number : which) {
            var config = network.node(number).folder().folder().resolve(NodeFolder.CONFIG);
            try {
                Files.writeString(config, edit.apply(Files.readString(config)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        try {
            network.start();
            network.awaitBlocks(START, states -> {});
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
        return network;
    }

    /** Nodes are processes of this machine all the same, so that tests can kill and part them. */
    private static Optional<BesuInstallation> fromImage() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            return Optional.empty();
        }
        try (var container = new GenericContainer<>(DockerImageName.parse(BesuInstallation.IMAGE))) {
            container.withCreateContainerCmdModifier(c -> c.withEntrypoint("sleep", "600"));
            container.start();
            Path home = Files.createTempDirectory("besu");
            try (var tar = new TarArchiveInputStream(container
                    .getDockerClient()
                    .copyArchiveFromContainerCmd(container.getContainerId(), "/opt/besu")
                    .exec())) {
                unpack(tar, home);
            }
            return BesuInstallation.findIfThere(
                    Map.of("BESU_HOME", home.resolve("besu").toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void unpack(TarArchiveInputStream tar, Path to) throws IOException {
        for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path path = to.resolve(entry.getName()).normalize();
            if (entry.isDirectory()) {
                Files.createDirectories(path);
            } else if (entry.isFile()) {
                Files.createDirectories(path.getParent());
                Files.copy(tar, path);
                boolean executable = (entry.getMode() & 0b001_000_000) != 0;
                if (executable && !path.toFile().setExecutable(true)) {
                    throw new IOException("cannot make executable: " + path);
                }
            }
        }
    }
}
