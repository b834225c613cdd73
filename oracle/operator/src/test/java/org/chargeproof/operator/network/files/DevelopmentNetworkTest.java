package org.chargeproof.operator.network.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.chargeproof.console.input.WellKnownKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed network is what the generator makes of the committed keys. */
class DevelopmentNetworkTest {
    private static final int NODES = 4;
    private static final List<String> FILES = List.of(
            NodeFolder.CONFIG,
            NodeFolder.KEY,
            NodeFolder.PUBLIC_KEY,
            NodeFolder.ADDRESS,
            NodeFolder.STATIC_NODES,
            NodeFolder.PERMISSIONS);

    private static final Path HOME =
            Path.of(System.getProperty("basedir", "."), "..", "..").normalize();
    private static final Path COMMITTED = HOME.resolve("network-config");

    @TempDir
    private Path temporary;

    @Test
    void committedFilesAreWhatTheGeneratorWrites() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("network-config"));
        NetworkWriter.write(folder, temporary.resolve("genesis.json"), network(Consensus.IBFT2));

        assertThat(HOME.resolve("genesis.json")).hasSameTextualContentAs(temporary.resolve("genesis.json"));
        assertThat(COMMITTED.resolve("network.json")).hasSameTextualContentAs(folder.resolve("network.json"));
        for (int i = 1; i <= NODES; i++) {
            for (String file : FILES) {
                Path name = Path.of("node-" + i, file);
                assertThat(COMMITTED.resolve(name)).hasSameTextualContentAs(folder.resolve(name));
            }
        }
        assertThat(COMMITTED.resolve("genesis-qbft.json"))
                .hasContent(network(Consensus.QBFT).genesis().toJson());
    }

    @Test
    void committedKeysAreKnownToBePublic() {
        assertThat(network(Consensus.IBFT2).nodes())
                .allSatisfy(n ->
                        assertThat(WellKnownKeys.origin(n.key().address())).hasValue("network-config/" + n.name()));
    }

    @Test
    void committedNetworkIsReadAsItIs() {
        var read = NetworkFolder.read(COMMITTED);

        assertThat(read.nodes()).hasSize(NODES);
        assertThat(read.rules().first()).isEqualTo(Consensus.IBFT2);
        assertThat(read.rules().chainId()).isEqualTo(2018);
        assertThat(read.rules().validators())
                .containsExactlyInAnyOrderElementsOf(
                        read.nodes().stream().map(NodeFolder::address).toList());
        assertThat(read.nodes().get(1).rpcUrl()).isEqualTo("http://127.0.0.1:8555");
        assertThat(read.nodes().get(1).ports()).isEqualTo(NodePorts.standard(2));
        assertThat(read.nodes().get(1).apis()).contains("IBFT", "QBFT", "CHARGE");
    }

    private static NetworkDefinition network(Consensus consensus) {
        return NetworkDefinition.onLoopback(
                consensus,
                IntStream.rangeClosed(1, NODES).mapToObj(NodePorts::standard).toList(),
                IntStream.rangeClosed(1, NODES)
                        .mapToObj(
                                i -> NodeKey.read(COMMITTED.resolve("node-" + i).resolve("key")))
                        .toList());
    }
}
