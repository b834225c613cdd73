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

/** The planner, and the program that computes bills, as they are stored on chain, from their classes, packaged or not. */
public final class PlannerJar {
    private static final int CHUNK = 20_000;
    /** Once: a jar that is packed twice has two times in it. */
    private static final byte[] BILLS = bytes(org.chargeproof.billing.Algorithm.class, 1);

    private PlannerJar() {}

    /** Its chunks, and that it counts from a timestep on. */
    static RawLog[] logs(int fromTimestep) {
        return logs(MemoryChain.ALGORITHMS, bytes(Algorithm.class, 2), fromTimestep);
    }

    /** The same of the program that computes bills, in a registry of its own. */
    public static RawLog[] ofBills(String registry, int fromTimestep) {
        return logs(registry, BILLS, fromTimestep);
    }

    /** SHA-256 of the program that computes bills. */
    public static Bytes32 idOfBills() {
        return Sha256.of(BILLS);
    }

    private static RawLog[] logs(String registry, byte[] bytes, int fromTimestep) {
        Bytes jar = Bytes.wrap(bytes);
        Bytes32 id = Sha256.of(bytes);
        int chunks = Math.ceilDiv(jar.size(), CHUNK);
        var logs = new RawLog[chunks + 1];
        for (int i = 0; i < chunks; i++) {
            Bytes chunk = jar.slice(i * CHUNK, Math.min(CHUNK, jar.size() - i * CHUNK));
            logs[i] = MemoryChain.log(
                    registry,
                    "ChunkStored(bytes32,uint8,uint256,bytes)",
                    2,
                    id,
                    1,
                    i,
                    new DynamicBytes(chunk.toArray()));
        }
        logs[chunks] = MemoryChain.log(registry, "AlgorithmActivated(bytes32,uint32)", 2, id, fromTimestep);
        return logs;
    }

    private static byte[] bytes(Class<?> entry, int inputVersion) {
        try {
            Path classes = Path.of(
                    entry.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isRegularFile(classes)) {
                return Files.readAllBytes(classes);
            }
            var manifest = new Manifest();
            manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
            manifest.getMainAttributes().putValue("Algorithm-Class", entry.getName());
            manifest.getMainAttributes().putValue("Input-Version", Integer.toString(inputVersion));
            manifest.getMainAttributes().putValue("Main-Class", entry.getPackageName() + ".Main");
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
