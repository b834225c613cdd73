package org.chargeproof.cli.demo;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.contracts.Plans;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.NodeBlockSource;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanFinal;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.chargeproof.protocol.ledger.Session;
import org.chargeproof.protocol.ledger.SessionTerms;
import org.chargeproof.protocol.ledger.Tariffs;
import org.chargeproof.protocol.time.BlockHeader;
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.protocol.core.methods.response.EthBlock;

/** The ledger as the demonstration follows it, to tell people what happens. */
final class DemoLedger {
    private final Network network;
    private final NodeBlockSource blocks;
    private final LedgerState state = new LedgerState();
    private final Map<Integer, Long> finalSeconds = new TreeMap<>();
    private final Map<Integer, Long> finalBlocks = new HashMap<>();
    private final Map<Integer, PlanFinal> finals = new HashMap<>();
    private final Map<Integer, Bytes> setpoints = new HashMap<>();
    /** What operators say was followed, by timestep and operator; the last word of each. */
    private final Map<Integer, Map<Integer, Bytes>> applied = new HashMap<>();

    private final Map<String, Integer> votes = new HashMap<>();
    private final Map<Integer, Set<Long>> planBlocks = new HashMap<>();
    private final List<LedgerEvent.RequestDecided> decisions = new ArrayList<>();
    private final Map<Integer, Session> sessions = new TreeMap<>();
    private final Tariffs tariffs = new Tariffs();
    private final Map<Integer, SessionTerms> terms = new HashMap<>();
    /** Block time of requests. */
    private final Map<Integer, Long> askedSeconds = new HashMap<>();
    /** First timestep of which a final plan told a session to charge. */
    private final Map<Integer, Integer> plannedTimestep = new HashMap<>();

    private long read;

    DemoLedger(Network network) {
        this.network = network;
        this.blocks = new NodeBlockSource(network);
        this.read = network.deployedAtBlock() - 1;
    }

    /** Reads what is new. */
    void follow() {
        BlockHeader head = blocks.head();
        for (var log : blocks.logs(read + 1, head.number())) {
            LogDecoder.decode(log).ifPresent(event -> follow(event, log.block()));
        }
        read = head.number();
    }

    private void follow(LedgerEvent event, long block) {
        state.apply(event);
        tariffs.apply(event);
        switch (event) {
            case LedgerEvent.ChargingRequested e -> {
                sessions.put(e.session(), state.session(e.session()));
                terms.put(e.session(), tariffs.termsOf(e));
                askedSeconds.put(e.session(), blocks.header(block).timestampSeconds());
            }
            case PlanFinal e -> {
                finals.put(e.timestep(), e);
                finalSeconds.put(e.timestep(), blocks.header(block).timestampSeconds());
                var post = state.planRecord(e.timestep()).finalPost();
                if (post != null) {
                    setpoints.put(e.timestep(), post.setpoints());
                    notePlanned(e.timestep(), post.setpoints());
                    finalBlocks.put(e.timestep(), block - post.snapshotBlock() - 1);
                }
            }
            case LedgerEvent.PlanAttested e -> {
                planBlocks.computeIfAbsent(e.timestep(), t -> new HashSet<>()).add(block);
                votes.merge(e.timestep() + "/" + e.candidate(), 1, Integer::sum);
            }
            case LedgerEvent.RequestDecided e -> decisions.add(e);
            case LedgerEvent.SetpointsApplied e ->
                applied.computeIfAbsent(e.timestep(), t -> new HashMap<>()).put(e.operator(), e.chargePoints());
            default -> {
                // nothing to tell
            }
        }
    }

    private void notePlanned(int timestep, Bytes all) {
        for (var session : state.sessions()) {
            if (session.firstTimestep() <= timestep
                    && Setpoints.read(all, session.chargePoint().id()) > 0) {
                plannedTimestep.putIfAbsent(session.id(), timestep);
            }
        }
    }

    /** Seconds from a session's request to another moment of block time; null when it is not known. */
    @Nullable
    Long secondsSinceRequest(int session, @Nullable Long seconds) {
        Long asked = askedSeconds.get(session);
        return asked == null || seconds == null ? null : (Long) (seconds - asked);
    }

    /** Start of the first timestep of which a final plan told a session to charge; null without one. */
    @Nullable
    Long plannedSeconds(int session) {
        Integer timestep = plannedTimestep.get(session);
        return timestep == null ? null : (Long) network.parameters().startOf(timestep);
    }

    LedgerState state() {
        return state;
    }

    /** A member's name, also of one that was excluded. */
    String name(int operator) {
        var member = state.operator(operator);
        return member == null ? "operator " + operator : member.name();
    }

    /** Forgets what was planned for timesteps before one, and sessions that are over, for who follows without an end. */
    void forgetBefore(int timestep) {
        finals.keySet().removeIf(t -> t < timestep);
        setpoints.keySet().removeIf(t -> t < timestep);
        applied.keySet().removeIf(t -> t < timestep);
        finalSeconds.keySet().removeIf(t -> t < timestep);
        finalBlocks.keySet().removeIf(t -> t < timestep);
        planBlocks.keySet().removeIf(t -> t < timestep);
        votes.keySet().removeIf(key -> Integer.parseInt(key.substring(0, key.indexOf('/'))) < timestep);
        decisions.removeIf(decision -> decision.timestep() < timestep);
        terms.keySet().removeIf(id -> !sessions.containsKey(id));
        askedSeconds.keySet().removeIf(id -> !sessions.containsKey(id));
        plannedTimestep.keySet().removeIf(id -> !sessions.containsKey(id));
        sessions.values()
                .removeIf(session -> session.departureTimestep() < timestep
                        && (session.status() == Session.Status.ENDED || session.status() == Session.Status.REFUSED));
    }

    /** All sessions so far, ended ones too, by their ids. */
    Map<Integer, Session> sessions() {
        return sessions;
    }

    /** What a session costs, as locked with its request. */
    SessionTerms terms(int session) {
        return Objects.requireNonNull(terms.get(session));
    }

    /** How a timestep became final; null while it has not. */
    @Nullable
    PlanFinal finalOf(int timestep) {
        return finals.get(timestep);
    }

    /** Setpoints above 0 of a timestep that are not on record as followed. */
    int notApplied(int timestep) {
        Bytes all = setpoints.get(timestep);
        if (all == null) {
            return 0;
        }
        int count = 0;
        for (var chargePoint : state.chargePoints()) {
            if (Setpoints.read(all, chargePoint.id()) > 0) {
                Bytes bits = applied.getOrDefault(timestep, Map.of()).getOrDefault(chargePoint.operator(), Bytes.EMPTY);
                count += Setpoints.isApplied(bits, chargePoint.id()) ? 0 : 1;
            }
        }
        return count;
    }

    /** How many operators stand for a timestep's final plan; 0 without one. */
    int votes(int timestep) {
        var plan = finals.get(timestep);
        return plan == null ? 0 : votes.getOrDefault(timestep + "/" + plan.candidate(), 0);
    }

    /** Chain seconds from the gate to the final plan. */
    long gateToFinalSeconds(int timestep) {
        return finalSeconds.getOrDefault(timestep, 0L) - network.parameters().gateOf(timestep - 1);
    }

    /** Blocks from the one that closed the gate, the first behind the snapshot, to the one with the final plan. */
    long gateToFinalBlocks(int timestep) {
        return finalBlocks.getOrDefault(timestep, 0L);
    }

    /** Gas of all posts and attestations of a timestep that were taken. */
    long planGas(int timestep) {
        var plans = network.plans();
        String post = selector(plans.post(
                new Plans.Commitment(
                        BigInteger.ZERO, BigInteger.ZERO, new byte[32], new byte[32], new byte[32], new byte[32]),
                new byte[0],
                new byte[0]));
        String attest = selector(plans.attest(BigInteger.ZERO, BigInteger.ZERO, new byte[32], new byte[0]));
        long gas = 0;
        for (long number : planBlocks.getOrDefault(timestep, Set.of())) {
            var block = network.client()
                    .ask(network.client()
                            .web3j()
                            .ethGetBlockByNumber(DefaultBlockParameter.valueOf(BigInteger.valueOf(number)), true))
                    .getBlock();
            for (EthBlock.TransactionResult<?> result : block.getTransactions()) {
                var transaction = (EthBlock.TransactionObject) result.get();
                boolean ofPlans = plans.getContractAddress().equalsIgnoreCase(transaction.getTo());
                String input = transaction.getInput();
                if (ofPlans && (input.startsWith(post) || input.startsWith(attest))) {
                    var receipt =
                            network.client().receipt(transaction.getHash()).orElseThrow();
                    gas += receipt.isStatusOK() ? receipt.getGasUsed().longValueExact() : 0;
                }
            }
        }
        return gas;
    }

    private static String selector(RemoteFunctionCall<?> call) {
        return call.encodeFunctionCall().substring(0, 10);
    }

    /** All decisions so far. */
    List<LedgerEvent.RequestDecided> decisions() {
        return decisions;
    }
}
