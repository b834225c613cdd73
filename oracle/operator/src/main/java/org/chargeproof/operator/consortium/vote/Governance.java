package org.chargeproof.operator.consortium.vote;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.contracts.AlgorithmRegistry;
import org.chargeproof.contracts.Consortium;
import org.chargeproof.ledger.AnswerTooLargeException;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.RpcErrorException;
import org.chargeproof.protocol.time.BlockHeader;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.datatypes.Event;
import org.web3j.crypto.Keys;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.Log;

/**
 * What a network's members have decided and are deciding: their votes and approvals, folded from the ledger's logs, because the
 * contracts answer no questions about them.
 */
public final class Governance {
    private static final long MOST_BLOCKS_PER_REQUEST = 5_000;
    private static final List<Event> EVENTS = List.of(
            Consortium.OPERATORADMITTED_EVENT,
            Consortium.OPERATOREXCLUDED_EVENT,
            Consortium.PROPOSED_EVENT,
            Consortium.ISSUERPROPOSED_EVENT,
            Consortium.VOTED_EVENT,
            Consortium.ISSUERCAPCHANGED_EVENT,
            AlgorithmRegistry.ALGORITHMAPPROVED_EVENT,
            AlgorithmRegistry.ALGORITHMACTIVATED_EVENT);

    private final Set<Integer> members = new LinkedHashSet<>();
    private final Map<Integer, Proposal> proposals = new TreeMap<>();
    private final Map<Approval, Set<Integer>> approvals = new LinkedHashMap<>();
    private final List<Approval> activations = new ArrayList<>();
    private final Map<String, Long> issuerCaps = new TreeMap<>();
    private final long block;
    private final long seconds;

    private Governance(BlockHeader head) {
        this.block = head.number();
        this.seconds = head.timestampSeconds();
    }

    /** Reads all there is, up to the newest block, with approvals of planners. */
    public static Governance read(Network network) {
        return read(network, network.algorithms());
    }

    /** The same, with approvals of the programs of a registry. */
    public static Governance read(Network network, AlgorithmRegistry registry) {
        var governance = new Governance(network.client().head());
        for (long from = network.deployedAtBlock(); from <= governance.block; from += MOST_BLOCKS_PER_REQUEST) {
            governance.read(network, registry, from, Math.min(governance.block, from + MOST_BLOCKS_PER_REQUEST - 1));
        }
        if (governance.members.isEmpty()) {
            throw new LedgerException(network.client().url() + " has no logs of how the network at " + network.address()
                    + " began. Maybe it has pruned older ones; ask a node that keeps all of them.");
        }
        return governance;
    }

    /** The newest block that was read. */
    public long block() {
        return block;
    }

    /** Those in the consortium now, in the order of their rotation. */
    public Set<Integer> members() {
        return members;
    }

    /** More than half. */
    public int votesNeeded() {
        return members.size() / 2 + 1;
    }

    /** What issuers may have in circulation, in millionths of a euro, by their addresses with checksum; 0 for former ones. */
    public Map<String, Long> issuerCaps() {
        return issuerCaps;
    }

    /** Those that can still be carried. */
    public List<Proposal> openProposals() {
        return proposals.values().stream()
                .filter(p -> !p.done() && p.expiresSeconds() >= seconds)
                .toList();
    }

    public Optional<Proposal> proposal(int id) {
        return Optional.ofNullable(proposals.get(id));
    }

    /** Algorithms that a quorum has approved, in the order of their timesteps. */
    public List<Approval> activations() {
        return activations;
    }

    /** Approvals that can still come to a quorum: those from a timestep on, and after all that a quorum has decided on. */
    public List<Approval> pending(int earliestTimestep) {
        return approvals.keySet().stream()
                .filter(a -> a.fromTimestep() >= earliest(earliestTimestep))
                .toList();
    }

    /** First timestep that an approval may name. */
    public int earliest(int earliestTimestep) {
        return activations.isEmpty()
                ? earliestTimestep
                : Math.max(earliestTimestep, activations.getLast().fromTimestep() + 1);
    }

    /** The members that have approved. */
    public List<Integer> approvers(Approval approval) {
        return ofMembers(approvals.getOrDefault(approval, Set.of()));
    }

    /** Whose votes for a proposal count. */
    public List<Integer> voters(Proposal proposal) {
        return ofMembers(proposal.voters());
    }

    private List<Integer> ofMembers(Collection<Integer> operators) {
        return operators.stream().filter(members::contains).sorted().toList();
    }

    /** Nodes limit blocks, logs or bytes of an answer, each in its own way: halve the range until it fits. */
    private void read(Network network, AlgorithmRegistry registry, long from, long to) {
        LedgerClient client = network.client();
        EthLog answer;
        try {
            var filter = new EthFilter(
                    DefaultBlockParameter.valueOf(BigInteger.valueOf(from)),
                    DefaultBlockParameter.valueOf(BigInteger.valueOf(to)),
                    List.of(network.address(), registry.getContractAddress()));
            filter.addOptionalTopics(EVENTS.stream().map(EventEncoder::encode).toArray(String[]::new));
            answer = client.ask(client.web3j().ethGetLogs(filter));
        } catch (RpcErrorException | AnswerTooLargeException e) {
            if (from == to || (e instanceof AnswerTooLargeException tooLarge && tooLarge.late())) {
                throw e;
            }
            long middle = (from + to) / 2;
            read(network, registry, from, middle);
            read(network, registry, middle + 1, to);
            return;
        }
        for (EthLog.LogResult<?> result : answer.getLogs()) {
            try {
                apply((Log) result.get());
            } catch (IllegalArgumentException | IndexOutOfBoundsException | NullPointerException e) {
                throw new LedgerException(
                        client.url() + " answered with logs that contradict each other (" + e.getMessage()
                                + "). Maybe it has pruned older ones; ask a node that keeps all of them.",
                        e);
            }
        }
    }

    private void apply(Log log) {
        String topic = log.getTopics().getFirst();
        if (is(topic, Consortium.OPERATORADMITTED_EVENT)) {
            members.add(Consortium.getOperatorAdmittedEventFromLog(log).operator.intValueExact());
        } else if (is(topic, Consortium.OPERATOREXCLUDED_EVENT)) {
            members.remove(
                    Consortium.getOperatorExcludedEventFromLog(log).operator.intValueExact());
        } else if (is(topic, Consortium.PROPOSED_EVENT)) {
            var e = Consortium.getProposedEventFromLog(log);
            int id = e.proposal.intValueExact();
            proposals.put(
                    id,
                    new Proposal(
                            id,
                            kind(e.kind),
                            e.target.intValueExact(),
                            e.name,
                            null,
                            log.getTransactionHash(),
                            e.expires.longValueExact(),
                            Set.of(),
                            false));
        } else if (is(topic, Consortium.ISSUERPROPOSED_EVENT)) {
            var e = Consortium.getIssuerProposedEventFromLog(log);
            var issuer = new Proposal.Issuer(Keys.toChecksumAddress(e.issuer), e.capMicroEuro.longValueExact());
            proposals.computeIfPresent(e.proposal.intValueExact(), (id, p) -> about(p, issuer));
        } else if (is(topic, Consortium.ISSUERCAPCHANGED_EVENT)) {
            var e = Consortium.getIssuerCapChangedEventFromLog(log);
            issuerCaps.put(Keys.toChecksumAddress(e.issuer), e.capMicroEuro.longValueExact());
        } else if (is(topic, Consortium.VOTED_EVENT)) {
            var e = Consortium.getVotedEventFromLog(log);
            proposals.computeIfPresent(e.proposal.intValueExact(), (id, p) -> voted(p, e.operator.intValueExact()));
        } else if (is(topic, AlgorithmRegistry.ALGORITHMAPPROVED_EVENT)) {
            var e = AlgorithmRegistry.getAlgorithmApprovedEventFromLog(log);
            approvals
                    .computeIfAbsent(approval(e.algorithm, e.fromTimestep), a -> new TreeSet<>())
                    .add(e.operator.intValueExact());
        } else if (is(topic, AlgorithmRegistry.ALGORITHMACTIVATED_EVENT)) {
            var e = AlgorithmRegistry.getAlgorithmActivatedEventFromLog(log);
            activations.add(approval(e.algorithm, e.fromTimestep));
        }
    }

    /** As in the contract: whoever makes the majority of those who are members at that moment ends it. */
    private Proposal voted(Proposal p, int operator) {
        var voters = new TreeSet<>(p.voters());
        voters.add(operator);
        boolean done = p.done() || 2 * ofMembers(voters).size() > members.size();
        return new Proposal(
                p.id(), p.kind(), p.target(), p.name(), p.issuer(), p.transaction(), p.expiresSeconds(), voters, done);
    }

    private static Proposal about(Proposal p, Proposal.Issuer issuer) {
        return new Proposal(
                p.id(),
                p.kind(),
                p.target(),
                p.name(),
                issuer,
                p.transaction(),
                p.expiresSeconds(),
                p.voters(),
                p.done());
    }

    private static Proposal.Kind kind(BigInteger number) {
        var kinds = Proposal.Kind.values();
        int kind = number.bitLength() < Integer.SIZE ? number.intValue() : -1;
        if (kind < 0 || kind >= kinds.length) {
            throw new IllegalArgumentException("a proposal of kind " + kind + ", which no contract knows");
        }
        return kinds[kind];
    }

    private static boolean is(String topic, Event event) {
        return EventEncoder.encode(event).equals(topic);
    }

    private static Approval approval(byte[] algorithm, BigInteger fromTimestep) {
        return new Approval(Bytes32.wrap(algorithm), fromTimestep.intValueExact());
    }
}
