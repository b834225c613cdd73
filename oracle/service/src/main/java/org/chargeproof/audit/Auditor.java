package org.chargeproof.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.chargeproof.ledger.AlgorithmStore;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.NodeBlockSource;
import org.chargeproof.process.Folders;

/**
 * Re-executes what the ledger says: rebuilds the inputs of every timestep from logs, runs the algorithm that counted, and
 * compares what became final, and what did not, with the result. One pass over the logs, whose effort and memory do not
 * depend on how many there were before.
 */
public final class Auditor {
    private final AuditedNetwork network;
    private final BlockSource blocks;
    private final AlgorithmSource algorithms;

    /**
     * @param blocks headers and logs of the network
     * @param algorithms runs what the ledger names
     */
    public Auditor(AuditedNetwork network, BlockSource blocks, AlgorithmSource algorithms) {
        this.network = network;
        this.blocks = blocks;
        this.algorithms = algorithms;
    }

    /**
     * Audits a network through a node, running the algorithms that it stores as processes of their own.
     *
     * @throws AuditException when an algorithm does not run
     * @throws org.chargeproof.input.BadInputException when the range holds nothing to audit
     * @throws org.chargeproof.ledger.LedgerException when the node does not answer, or contradicts itself
     */
    public static AuditReport audit(Network network, AuditRange range, ProgressListener progress) {
        Path folder;
        try {
            folder = Files.createTempDirectory("chargeproof-audit");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a folder for algorithms", e);
        }
        try {
            return audit(network, folder, range, progress);
        } finally {
            Folders.delete(folder);
        }
    }

    /** The same, with a folder in which algorithms are kept for the next time. */
    public static AuditReport audit(Network network, Path folder, AuditRange range, ProgressListener progress) {
        var store = new AlgorithmStore(network, folder);
        return new Auditor(
                        AuditedNetwork.of(network),
                        new NodeBlockSource(network),
                        id -> new ProcessAlgorithm(id, store.jar(id)))
                .audit(range, progress);
    }

    /** Audits timesteps. Throws what {@link #audit(Network, AuditRange, ProgressListener)} throws. */
    public AuditReport audit(AuditRange range, ProgressListener progress) {
        return new AuditRun(network, blocks, algorithms, range, progress).run();
    }
}
