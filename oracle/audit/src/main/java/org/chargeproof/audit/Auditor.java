package org.chargeproof.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.audit.report.AuditException;
import org.chargeproof.audit.report.AuditReport;
import org.chargeproof.console.process.Folders;
import org.chargeproof.ledger.AlgorithmStore;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.NodeBlockSource;
import org.chargeproof.ledger.SnapshotFolder;
import org.chargeproof.protocol.algorithm.AlgorithmJar;
import org.chargeproof.protocol.plan.PlanningAlgorithm;
import org.jspecify.annotations.Nullable;

/**
 * Re-executes what the ledger says: rebuilds the inputs of every timestep from logs, runs the algorithm that counted, and
 * compares what became final, and what did not, with the result. One pass over the logs, whose effort and memory do not
 * depend on how many there were before.
 */
public final class Auditor {
    private final AuditedNetwork network;
    private final BlockSource blocks;
    private final AlgorithmSource algorithms;
    private final AlgorithmSource valuations;

    /**
     * @param blocks headers and logs of the network
     * @param algorithms runs what the ledger names
     */
    public Auditor(AuditedNetwork network, BlockSource blocks, AlgorithmSource algorithms) {
        this(network, blocks, algorithms, algorithms);
    }

    /** @param valuations runs the programs that compute bills */
    Auditor(AuditedNetwork network, BlockSource blocks, AlgorithmSource algorithms, AlgorithmSource valuations) {
        this.network = network;
        this.blocks = blocks;
        this.algorithms = algorithms;
        this.valuations = valuations;
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

    static <T> T inFolderOfItsOwn(Function<Path, T> audit) {
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
        return audit(network, folder, range, progress, alive, null, null);
    }

    /**
     * @param since report of a former audit that this one goes on from, with that one's last timestep as its first
     * @param snapshots of former audits of this auditor; null to read all logs
     */
    static AuditReport audit(
            Network network,
            Path folder,
            AuditRange range,
            ProgressListener progress,
            Runnable alive,
            @Nullable FormerReport since,
            @Nullable SnapshotFolder snapshots) {
        var store = new AlgorithmStore(network, folder);
        var blocks = new CheckedBlockSource(
                NodeBlockSource.ofOneChain(network), network.identity().addresses(), alive);
        var started = new ArrayList<ProcessAlgorithm>();
        try {
            var audited = AuditedNetwork.of(network);
            if (since != null) {
                since.requireSame(audited, blocks, range);
            }
            var market = network.market();
            var valuations = market == null ? store : new AlgorithmStore(network.client(), market.valuations(), folder);
            var auditor = new Auditor(
                    audited, blocks, id -> started(id, store, started), id -> started(id, valuations, started));
            var run = auditor.begin(range, progress, ContractsView.of(network), snapshots);
            var report = run.run();
            if (since != null) {
                since.requireSameVerdict(report);
            }
            blocks.checkHead();
            var identity = network.identity();
            // a snapshot is of a network of just this beginning, and written when that was checked
            if (!run.resumed()) {
                blocks.checkBeginning(identity.contract(), identity.linked(), identity.market());
            }
            run.keepSnapshot();
            return report;
        } finally {
            started.forEach(ProcessAlgorithm::close);
        }
    }

    /** Starts an algorithm in a process of its own. */
    static PlanningAlgorithm started(Bytes32 id, AlgorithmStore store, List<ProcessAlgorithm> started) {
        try {
            started.add(new ProcessAlgorithm(AlgorithmJar.read(id, store.bytes(id))));
        } catch (IllegalArgumentException e) {
            throw new AuditException("nothing was run: " + e.getMessage(), e);
        }
        return started.getLast();
    }

    /** Audits timesteps. Throws what {@link #audit(Network, AuditRange, ProgressListener)} throws. */
    public AuditReport audit(AuditRange range, ProgressListener progress) {
        return audit(range, progress, null);
    }

    AuditReport audit(AuditRange range, ProgressListener progress, @Nullable ContractsView contracts) {
        return begin(range, progress, contracts, null).run();
    }

    AuditRun begin(
            AuditRange range,
            ProgressListener progress,
            @Nullable ContractsView contracts,
            @Nullable SnapshotFolder snapshots) {
        return new AuditRun(network, blocks, algorithms, valuations, range, progress, contracts, snapshots);
    }
}
