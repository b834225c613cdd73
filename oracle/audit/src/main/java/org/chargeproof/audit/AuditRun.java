package org.chargeproof.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.audit.report.AuditException;
import org.chargeproof.audit.report.AuditReport;
import org.chargeproof.audit.report.TimestepVerdict;
import org.chargeproof.audit.report.WrongPost;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.SnapshotFolder;
import org.chargeproof.planner.InvalidInputException;
import org.chargeproof.protocol.algorithm.AlgorithmException;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.Snapshot;
import org.chargeproof.protocol.plan.InputBuilder;
import org.chargeproof.protocol.plan.PlanningAlgorithm;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;

/**
 * One audit. Timesteps pass through it in order: at a timestep's snapshot its inputs are built from the state; at the next
 * one's snapshot its ballot is closed, since nothing is posted after a timestep began; then it is planned alone, so that what one
 * costs or breaks is told of that one, and judged.
 */
final class AuditRun {
    /** Some decades of quarter hours: a node that tells of more is not to be believed. */
    private static final int MOST_TIMESTEPS = 2_000_000;

    private final AuditedNetwork network;
    private final NetworkParameters parameters;
    private final AlgorithmSource algorithms;
    private final AuditRange range;
    private final ProgressListener progress;
    private final @Nullable ContractsView contracts;
    private final BlockSource blocks;
    private final @Nullable SnapshotFolder ownSnapshots;
    private final BlockHeader head;
    private final int lastBegun;
    private final LogFold fold;
    private final SnapshotFinder snapshots;
    private final InputBuilder inputs;
    private final Judge judge;
    private final SettlementAudit settlements;
    private final Map<Bytes32, PlanningAlgorithm> running = new LinkedHashMap<>();
    private final List<TimestepVerdict> verdicts = new ArrayList<>();
    private final List<WrongPost> wrongPosts = new ArrayList<>();
    private @Nullable AuditCase open;
    private @Nullable Snapshot taken;
    private boolean resumed;
    private int total;

    AuditRun(
            AuditedNetwork network,
            BlockSource blocks,
            AlgorithmSource algorithms,
            AlgorithmSource valuations,
            AuditRange range,
            ProgressListener progress,
            @Nullable ContractsView contracts,
            @Nullable SnapshotFolder ownSnapshots) {
        this.contracts = contracts;
        this.blocks = blocks;
        this.ownSnapshots = ownSnapshots;
        this.network = network;
        this.parameters = network.parameters();
        this.algorithms = algorithms;
        this.range = range;
        this.progress = progress;
        this.head = blocks.head();
        // before anything is an int: a node can claim any time
        long timestep = head.timestampSeconds() / parameters.timestepSeconds();
        if (timestep < network.firstTimestep() || timestep - network.firstTimestep() > MOST_TIMESTEPS) {
            throw new LedgerException("the node says that block " + head.number() + " is of second "
                    + head.timestampSeconds() + " (timestep " + timestep + "), on a network that began in timestep "
                    + network.firstTimestep() + ". It cannot be; ask another node.");
        }
        this.lastBegun = parameters.timestepAt(head.timestampSeconds());
        this.fold = new LogFold(blocks, network, head.number(), progress);
        this.snapshots = new SnapshotFinder(blocks, blocks.header(network.deployedAtBlock()), head);
        this.inputs = new InputBuilder(parameters);
        this.judge = new Judge(parameters, range);
        this.settlements = new SettlementAudit(
                valuations,
                range.pinned(),
                parameters,
                () -> fold.fold().billing(),
                () -> fold.state().members(),
                progress);
    }

    AuditReport run() {
        if (contracts != null) {
            refuseAtOnce(contracts);
        }
        int from = first();
        // the timestep after the last begun counts when its plan is final already
        int to = range.to() == null ? lastBegun + 1 : range.to();
        total = to - from + (to > lastBegun ? 0 : 1);
        // an audit that goes on from the report begins with its last timestep, which has begun or is the next one
        int kept = Math.max(from, Math.min(to, lastBegun));
        for (int timestep = from; timestep <= to; timestep++) {
            long gateSeconds = parameters.gateOf(timestep - 1);
            if (gateSeconds > head.timestampSeconds()) {
                break;
            }
            BlockHeader snapshot = snapshots.lastBefore(gateSeconds);
            if (timestep == from) {
                resume(snapshot.number());
            }
            foldUpTo(snapshot.number());
            closeBallot();
            open = caseAt(timestep, snapshot);
            beginSettlement(timestep);
            if (timestep == kept && ownSnapshots != null) {
                taken = ownSnapshots.take(snapshot, fold.fold()).orElse(null);
            }
        }
        long nextGateSeconds = parameters.gateOf(to);
        foldUpTo(snapshots.lastBefore(nextGateSeconds).number());
        if (open != null && (open.timestep() <= lastBegun || open.ballot().isFinal())) {
            closeBallot();
        }
        settlements.end(lastBegun);
        return report(from);
    }

    /** Bills are of what was known when their timestep began, shortly after the snapshot of its plan. */
    private void beginSettlement(int timestep) {
        long startSeconds = parameters.startOf(timestep);
        if (startSeconds <= head.timestampSeconds() && settlements.isSettlement(timestep)) {
            long block = snapshots.lastBefore(startSeconds).number();
            foldUpTo(block);
            settlements.begin(timestep, block);
        }
    }

    /** Begins with the newest snapshot from which the first timestep can be audited; only one that was asked for lies behind any. */
    private void resume(long maxBlock) {
        if (ownSnapshots == null || range.from() == null) {
            return;
        }
        ownSnapshots.newest(maxBlock, blocks).ifPresent(restored -> {
            fold.beginWith(restored);
            resumed = true;
            progress.onSnapshot(restored.block().number());
        });
    }

    /** Whether it began with a snapshot: then the network's beginning was not read. */
    boolean resumed() {
        return resumed;
    }

    /** Writes the state before the last timestep for the next audit; once it is sure that the node did not contradict itself. */
    void keepSnapshot() {
        if (ownSnapshots != null && taken != null) {
            ownSnapshots.write(taken);
        }
    }

    /** What would be refused at the end anyway. */
    private void refuseAtOnce(ContractsView contracts) {
        requireGroups(contracts.groupCount());
        Integer to = range.to();
        if (to != null && (to > lastBegun + 1 || (to == lastBegun + 1 && !contracts.isFinal(to)))) {
            throw new BadInputException(
                    "timestep " + to + " has not begun, and has no final plan yet: the newest block, " + head.number()
                            + ", lies in timestep " + lastBegun + ". End there or earlier.");
        }
    }

    private void requireGroups(long groupCount) {
        for (int group : range.sortedGroups()) {
            if (group < 0 || group >= groupCount) {
                throw new BadInputException("there is no group " + group + " in these timesteps; the network has "
                        + groupCount + ", counted from 0.");
            }
        }
    }

    private int first() {
        if (range.from() != null) {
            return checkedFirst(range.from());
        }
        Integer first = fold.upToFirstAlgorithm();
        if (first == null) {
            throw new BadInputException("no algorithm was activated on the network at " + network.consortium()
                    + " up to block " + head.number() + ": it has no plans to audit.");
        }
        return checkedFirst(first);
    }

    private int checkedFirst(int from) {
        if (from < network.firstPlannable()) {
            throw new BadInputException("timestep " + from + " is before " + network.firstPlannable()
                    + ", the first that could have a plan after the network was deployed. Start there or later.");
        }
        if (from > lastBegun + 1) {
            throw new BadInputException("timestep " + from + " has not begun: the newest block, " + head.number()
                    + ", lies in timestep " + lastBegun + ". Start there or earlier.");
        }
        Integer to = range.to();
        if (to != null && to < from) {
            throw new BadInputException("the last timestep, " + to + ", is before the first, " + from + ".");
        }
        if (to != null && to > lastBegun + 1) {
            throw new BadInputException("timestep " + to + " has not begun: the newest block, " + head.number()
                    + ", lies in timestep " + lastBegun + ". End there or earlier.");
        }
        return from;
    }

    private void foldUpTo(long block) {
        fold.upTo(block, event -> {
            switch (event) {
                case LedgerEvent.PlanPosted e -> ballot(e.timestep()).add(e);
                case LedgerEvent.PlanAttested e -> ballot(e.timestep()).add(e);
                case LedgerEvent.PlanFinal e ->
                    ballot(e.timestep()).add(e, fold.state().members());
                default -> {
                    // the state has taken it in
                }
            }
        });
    }

    /** The ballot of the open timestep; for any other one that nobody looks at. */
    private Ballot ballot(int timestep) {
        return open != null && open.timestep() == timestep ? open.ballot() : new Ballot(parameters);
    }

    private AuditCase caseAt(int timestep, BlockHeader snapshot) {
        LedgerState state = fold.state();
        var layout = TimestepPlan.Layout.of(state);
        var algorithm = state.algorithmAt(timestep);
        var audited =
                new AuditCase(timestep, snapshot.number(), algorithm, layout, List.of(), null, new Ballot(parameters));
        if (algorithm == null) {
            return audited;
        }
        try {
            return audited.with(
                    inputs.encodedInputs(state, timestep, algorithm(algorithm).inputVersion()));
        } catch (InvalidInputException e) {
            return audited.refused(String.valueOf(e.getMessage()));
        }
    }

    /** Judges the open timestep. */
    private void closeBallot() {
        var audited = open;
        if (audited == null) {
            return;
        }
        open = null;
        var planned = audited.needsPlans() ? plan(audited) : Planned.impossible(obstacle(audited));
        if (audited.algorithm() != null) {
            var plan = planned.plan();
            List<byte[]> plans = plan == null
                    ? List.of()
                    : plan.groups().stream().map(g -> g.plan().toArrayUnsafe()).toList();
            progress.onPlans(audited.timestep(), audited.algorithm(), audited.inputs(), plans);
        }
        var verdict = judge.verdict(audited, planned);
        verdicts.add(verdict);
        wrongPosts.addAll(judge.wrongPosts(audited, planned));
        progress.onTimestep(verdict, verdicts.size(), Math.max(total, verdicts.size()));
    }

    private PlanningAlgorithm algorithm(Bytes32 id) {
        if (!range.pinned().isEmpty() && !range.pinned().contains(id)) {
            throw new AuditException("algorithm " + id + " counts on the ledger, and is none of those that --algorithm"
                    + " names. Nothing of it was run. Find out what it is before you pin it too.");
        }
        return running.computeIfAbsent(id, algorithms::algorithm);
    }

    private static String obstacle(AuditCase audited) {
        if (audited.algorithm() == null) {
            return "no algorithm counts for it";
        }
        return audited.refusal() == null
                ? "nobody posted"
                : "the state at the snapshot is no input of a plan: " + audited.refusal();
    }

    private Planned plan(AuditCase audited) {
        var algorithm = algorithm(Objects.requireNonNull(audited.algorithm()));
        List<byte[]> plans;
        try {
            plans = algorithm.plan(audited.inputs());
        } catch (AlgorithmException e) {
            String obstacle = String.valueOf(e.getMessage());
            return e.kind() == AlgorithmException.Kind.BOUND ? Planned.notHere(obstacle) : Planned.impossible(obstacle);
        } catch (InvalidInputException e) {
            return Planned.impossible("algorithm " + algorithm.id() + " refuses the inputs: " + e.getMessage());
        }
        try {
            return Planned.as(TimestepPlan.assemble(
                    audited.layout(),
                    audited.timestep(),
                    audited.snapshotBlock(),
                    algorithm.id(),
                    audited.inputs(),
                    plans));
        } catch (InvalidInputException | IndexOutOfBoundsException e) {
            return Planned.impossible(
                    "algorithm " + algorithm.id() + " gave something that is no plan of its groups: " + e.getMessage());
        }
    }

    private AuditReport report(int from) {
        if (verdicts.isEmpty()) {
            throw new BadInputException(
                    "timestep " + from + " has not begun, and has no final plan yet: the newest block, " + head.number()
                            + ", lies in timestep " + lastBegun + ". Wait for its plan, or start earlier.");
        }
        int last = verdicts.getLast().timestep();
        if (range.to() != null && range.to() > last) {
            throw new BadInputException("timestep " + range.to() + " has not begun, and has no final plan yet. End at "
                    + last + " or earlier.");
        }
        requireGroups(fold.state().groups().size());
        return new AuditReport(
                network.chainId(),
                network.consortium(),
                head,
                from,
                last,
                List.copyOf(range.sortedGroups()),
                Stream.concat(running.keySet().stream(), settlements.used().stream())
                        .map(id ->
                                new AuditReport.UsedAlgorithm(id, range.pinned().contains(id)))
                        .toList(),
                counts(),
                verdicts,
                wrongPosts,
                settlements.verdicts());
    }

    private AuditReport.Counts counts() {
        int match = 0;
        int mismatch = 0;
        int missing = 0;
        int unverified = 0;
        int certificates = 0;
        for (var timestep : verdicts) {
            for (var group : timestep.groups()) {
                switch (group.verdict()) {
                    case MATCH -> match++;
                    case MISMATCH -> mismatch++;
                    case MISSING -> missing++;
                    case UNVERIFIED -> unverified++;
                }
                certificates += group.certificate() ? 1 : 0;
            }
        }
        return new AuditReport.Counts(
                match + mismatch + missing + unverified,
                match,
                mismatch,
                missing,
                certificates,
                wrongPosts.size(),
                unverified);
    }
}
