package org.chargeproof.view.follow;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.planner.Algorithm;
import org.chargeproof.protocol.encoding.Sha256;
import org.chargeproof.protocol.ledger.RawLog;
import org.web3j.abi.datatypes.DynamicBytes;

/** The planner as it is stored on chain, from its classes, packaged or not. */
final class PlannerJar {
    private static final int CHUNK = 20_000;

    private PlannerJar() {}

    /** Its chunks, and that it counts from a timestep on. */
    static RawLog[] logs(int fromTimestep) {
        Bytes jar = Bytes.wrap(bytes());
        Bytes32 id = Sha256.of(jar.toArray());
        int chunks = Math.ceilDiv(jar.size(), CHUNK);
        var logs = new RawLog[chunks + 1];
        for (int i = 0; i < chunks; i++) {
            Bytes chunk = jar.slice(i * CHUNK, Math.min(CHUNK, jar.size() - i * CHUNK));
            logs[i] = MemoryChain.log(
                    MemoryChain.ALGORITHMS,
                    "ChunkStored(bytes32,uint8,uint256,bytes)",
                    2,
                    id,
                    1,
                    i,
                    new DynamicBytes(chunk.toArray()));
        }
        logs[chunks] =
                MemoryChain.log(MemoryChain.ALGORITHMS, "AlgorithmActivated(bytes32,uint32)", 2, id, fromTimestep);
        return logs;
    }

    private static byte[] bytes() {
        try {
            Path classes = Path.of(Algorithm.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (Files.isRegularFile(classes)) {
                return Files.readAllBytes(classes);
            }
            var manifest = new Manifest();
            manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
            manifest.getMainAttributes().putValue("Algorithm-Class", Algorithm.class.getName());
            manifest.getMainAttributes().putValue("Input-Version", "2");
            manifest.getMainAttributes().putValue("Main-Class", "org.chargeproof.planner.Main");
            var bytes = new ByteArrayOutputStream();
            try (var jar = new JarOutputStream(bytes, manifest);
                    var files = Files.walk(classes)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    jar.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                    jar.write(Files.readAllBytes(file));
                }
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
