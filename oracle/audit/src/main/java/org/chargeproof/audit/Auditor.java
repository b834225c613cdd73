package org.chargeproof.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.audit.report.AuditException;
import org.chargeproof.audit.report.AuditReport;
import org.chargeproof.console.process.Folders;
import org.chargeproof.ledger.AlgorithmStore;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.NodeBlockSource;
import org.chargeproof.protocol.algorithm.AlgorithmJar;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.jspecify.annotations.Nullable;
import org.web3j.tx.Contract;

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
     * @throws org.chargeproof.console.input.BadInputException when the range holds nothing to audit
     * @throws org.chargeproof.ledger.LedgerException when the node does not answer, or contradicts itself
     */
    public static AuditReport audit(Network network, AuditRange range, ProgressListener progress) {
        return audit(network, range, progress, () -> {});
    }

    /** @param alive is told of every answer of the node */
    static AuditReport audit(Network network, AuditRange range, ProgressListener progress, Runnable alive) {
        return inFolderOfItsOwn(folder -> audit(network, folder, range, progress, alive));
    }

    static AuditReport inFolderOfItsOwn(Function<Path, AuditReport> audit) {
        Path folder;
        try {
            folder = Files.createTempDirectory("chargeproof-audit");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a folder for algorithms", e);
        }
        try {
            return audit.apply(folder);
        } finally {
            Folders.delete(folder);
        }
    }

    /** The same, with a folder in which algorithms are kept for the next time. */
    public static AuditReport audit(Network network, Path folder, AuditRange range, ProgressListener progress) {
        return audit(network, folder, range, progress, () -> {});
    }

    static AuditReport audit(
            Network network, Path folder, AuditRange range, ProgressListener progress, Runnable alive) {
        return audit(network, folder, range, progress, alive, null);
    }

    /** @param since report of a former audit that this one goes on from, with that one's last timestep as its first */
    static AuditReport audit(
            Network network,
            Path folder,
            AuditRange range,
            ProgressListener progress,
            Runnable alive,
            @Nullable FormerReport since) {
        var store = new AlgorithmStore(network, folder);
        var blocks = new CheckedBlockSource(NodeBlockSource.ofOneChain(network), addresses(network), alive);
        var started = new ArrayList<ProcessAlgorithm>();
        try {
            var audited = AuditedNetwork.of(network);
            if (since != null) {
                since.requireSame(audited, blocks, range);
            }
            var report = new Auditor(audited, blocks, id -> {
                        try {
                            started.add(new ProcessAlgorithm(AlgorithmJar.read(id, store.bytes(id))));
                        } catch (IllegalArgumentException e) {
                            throw new AuditException("nothing was run: " + e.getMessage(), e);
                        }
                        return started.getLast();
                    })
                    .audit(range, progress, ContractsView.of(network));
            if (since != null) {
                since.requireSameVerdict(report);
            }
            blocks.checkHead();
            blocks.checkBeginning(address(network.consortium()), linked(network));
            return report;
        } finally {
            started.forEach(ProcessAlgorithm::close);
        }
    }

    /** Audits timesteps. Throws what {@link #audit(Network, AuditRange, ProgressListener)} throws. */
    public AuditReport audit(AuditRange range, ProgressListener progress) {
        return audit(range, progress, null);
    }

    AuditReport audit(AuditRange range, ProgressListener progress, @Nullable ContractsView contracts) {
        return new AuditRun(network, blocks, algorithms, range, progress, contracts).run();
    }

    private static Set<Bytes> addresses(Network network) {
        return Set.copyOf(List.of(
                address(network.consortium()),
                address(network.assets()),
                address(network.charging()),
                address(network.plans()),
                address(network.algorithms())));
    }

    /** What the contract said, as it says so in its log. */
    private static NetworkLinked linked(Network network) {
        var p = network.parameters();
        return new NetworkLinked(
                NetworkLinked.PROTOCOL,
                address(network.assets()),
                address(network.charging()),
                address(network.plans()),
                address(network.algorithms()),
                network.deployedAtBlock(),
                network.firstTimestep(),
                p.timestepSeconds(),
                p.gateSeconds(),
                p.takeoverSeconds(),
                p.stepsPerHour(),
                p.quorumNumerator(),
                p.quorumDenominator());
    }

    private static Bytes address(Contract contract) {
        try {
            return Bytes.fromHexString(contract.getContractAddress());
        } catch (IllegalArgumentException e) {
            throw new LedgerException("the node names contracts that are none: " + e.getMessage(), e);
        }
    }
}
