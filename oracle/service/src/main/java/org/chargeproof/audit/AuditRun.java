package org.chargeproof.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.input.BadInputException;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.planner.InvalidInputException;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.plan.InputBuilder;
import org.chargeproof.protocol.plan.PlanningAlgorithm;
import org.chargeproof.protocol.plan.TimestepPlan;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;

/**
 * One audit. Timesteps pass through it in order: at a timestep's snapshot its inputs are built from the state; at the next
 * one's snapshot its ballot is closed, since nothing is posted after a timestep began; then it waits until enough inputs are
 * together to be worth a process, and is judged.
 */
final class AuditRun {
    /** Starting a process costs about as much as planning this many bytes of inputs. */
    private static final long BATCH_BYTES = 8 << 20;

    /** So that verdicts are told also when there is nothing to plan. */
    private static final int BATCH_TIMESTEPS = 1_000;

    private final AuditedNetwork network;
    private final NetworkParameters parameters;
    private final AlgorithmSource algorithms;
    private final AuditRange range;
    private final ProgressListener progress;
    private final BlockHeader head;
    private final int lastBegun;
    private final LogFold fold;
    private final SnapshotFinder snapshots;
    private final InputBuilder inputs;
    private final Judge judge;
    private final Map<Bytes32, PlanningAlgorithm> running = new HashMap<>();
    private final List<AuditCase> batch = new ArrayList<>();
    private final List<TimestepVerdict> verdicts = new ArrayList<>();
    private final List<WrongPost> wrongPosts = new ArrayList<>();
    private @Nullable AuditCase open;
    private TimestepPlan.Layout layout = new TimestepPlan.Layout(0, List.of());
    private long batchBytes;
    private int total;

    AuditRun(
            AuditedNetwork network,
            BlockSource blocks,
            AlgorithmSource algorithms,
            AuditRange range,
            ProgressListener progress) {
        this.network = network;
        this.parameters = network.parameters();
        this.algorithms = algorithms;
        this.range = range;
        this.progress = progress;
        this.head = blocks.head();
        this.lastBegun = parameters.timestepAt(head.timestampSeconds());
        this.fold = new LogFold(blocks, network.deployedAtBlock(), head.number(), progress);
        this.snapshots = new SnapshotFinder(blocks, blocks.header(network.deployedAtBlock()), head);
        this.inputs = new InputBuilder(parameters);
        this.judge = new Judge(parameters, range);
    }

    AuditReport run() {
        int from = first();
        // the timestep after the last begun counts when its plan is final already
        int to = range.to() == null ? lastBegun + 1 : range.to();
        total = to - from + (to > lastBegun ? 0 : 1);
        for (int timestep = from; timestep <= to; timestep++) {
            long gateSeconds = parameters.gateOf(timestep - 1);
            if (gateSeconds > head.timestampSeconds()) {
                break;
            }
            BlockHeader snapshot = snapshots.lastBefore(gateSeconds);
            foldUpTo(snapshot.number());
            closeBallot();
            open = caseAt(timestep, snapshot);
        }
        long nextGateSeconds = parameters.gateOf(to);
        foldUpTo(snapshots.lastBefore(nextGateSeconds).number());
        if (open != null && (open.timestep() <= lastBegun || open.ballot().isFinal())) {
            closeBallot();
        }
        judgeBatch();
        return report(from);
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
        if (layout.chargePointCount() != state.chargePoints().size()
                || layout.groups().size() != state.groups().size()) {
            layout = TimestepPlan.Layout.of(state);
        }
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

    /** Hands the open timestep over to be judged. */
    private void closeBallot() {
        if (open == null) {
            return;
        }
        // without a post there is nothing to compare, and no need to keep inputs
        var closed = open.needsPlans() ? open : open.with(List.of());
        open = null;
        batch.add(closed);
        batchBytes += closed.inputBytes();
        if (batchBytes >= BATCH_BYTES || batch.size() >= BATCH_TIMESTEPS) {
            judgeBatch();
        }
    }

    private void judgeBatch() {
        var plans = plans();
        for (var audited : batch) {
            var planned = plans.getOrDefault(audited.timestep(), Planned.impossible(obstacle(audited)));
            var verdict = judge.verdict(audited, planned);
            verdicts.add(verdict);
            wrongPosts.addAll(judge.wrongPosts(audited, planned));
            progress.onTimestep(verdict, verdicts.size(), Math.max(total, verdicts.size()));
        }
        batch.clear();
        batchBytes = 0;
    }

    /** Runs each algorithm once for all timesteps of the batch that it counts for. */
    private Map<Integer, Planned> plans() {
        var byAlgorithm = new LinkedHashMap<Bytes32, List<AuditCase>>();
        for (var audited : batch) {
            if (audited.needsPlans()) {
                byAlgorithm
                        .computeIfAbsent(Objects.requireNonNull(audited.algorithm()), id -> new ArrayList<>())
                        .add(audited);
            }
        }
        var planned = new HashMap<Integer, Planned>();
        byAlgorithm.forEach((id, cases) -> {
            var algorithm = algorithm(id);
            try {
                planned.putAll(plan(algorithm, cases));
            } catch (InvalidInputException e) {
                // somebody's input is refused, and with it the whole run: find out whose
                for (var audited : cases) {
                    planned.putAll(planAlone(algorithm, audited));
                }
            }
        });
        return planned;
    }

    private PlanningAlgorithm algorithm(Bytes32 id) {
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

    private static Map<Integer, Planned> planAlone(PlanningAlgorithm algorithm, AuditCase audited) {
        try {
            return plan(algorithm, List.of(audited));
        } catch (InvalidInputException e) {
            return Map.of(
                    audited.timestep(),
                    Planned.impossible("algorithm " + algorithm.id() + " refuses the inputs: " + e.getMessage()));
        }
    }

    private static Map<Integer, Planned> plan(PlanningAlgorithm algorithm, List<AuditCase> cases) {
        var all = cases.stream().flatMap(audited -> audited.inputs().stream()).toList();
        var plans = algorithm.plan(all);
        var planned = new HashMap<Integer, Planned>();
        int at = 0;
        for (var audited : cases) {
            int end = at + audited.inputs().size();
            planned.put(audited.timestep(), Planned.as(assemble(audited, algorithm.id(), plans.subList(at, end))));
            at = end;
        }
        return planned;
    }

    private static TimestepPlan assemble(AuditCase audited, Bytes32 algorithm, List<byte[]> plans) {
        try {
            return TimestepPlan.assemble(
                    audited.layout(), audited.timestep(), audited.snapshotBlock(), algorithm, audited.inputs(), plans);
        } catch (InvalidInputException | IndexOutOfBoundsException e) {
            throw new AuditException(
                    "algorithm " + algorithm + " gave something for timestep " + audited.timestep()
                            + " that is no plan of its groups: " + e.getMessage(),
                    e);
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
        int groupCount = fold.state().groups().size();
        for (int group : range.sortedGroups()) {
            if (group < 0 || group >= groupCount) {
                throw new BadInputException("there is no group " + group + " in these timesteps; the network has "
                        + groupCount + ", counted from 0.");
            }
        }
        return new AuditReport(
                network.chainId(),
                network.consortium(),
                head,
                from,
                last,
                List.copyOf(range.sortedGroups()),
                counts(),
                verdicts,
                wrongPosts);
    }

    private AuditReport.Counts counts() {
        int match = 0;
        int mismatch = 0;
        int missing = 0;
        int certificates = 0;
        for (var timestep : verdicts) {
            for (var group : timestep.groups()) {
                switch (group.verdict()) {
                    case MATCH -> match++;
                    case MISMATCH -> mismatch++;
                    case MISSING -> missing++;
                }
                certificates += group.certificate() ? 1 : 0;
            }
        }
        return new AuditReport.Counts(
                match + mismatch + missing, match, mismatch, missing, certificates, wrongPosts.size());
    }
}
