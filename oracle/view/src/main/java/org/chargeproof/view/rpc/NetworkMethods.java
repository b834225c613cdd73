package org.chargeproof.view.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.chargeproof.protocol.ledger.LedgerEvent.MarketLinked;
import org.chargeproof.protocol.time.TimestepEvent;
import org.chargeproof.view.verify.Verdict;
import org.jspecify.annotations.Nullable;

/** What the network is, what time it is there, and where this node stands. */
final class NetworkMethods {
    private static final String OPENRPC = "/org/chargeproof/view/rpc/openrpc.json";
    private static final int MOST_EVENTS = 1_000;

    private final Methods methods;
    private final String version;

    /**
     * The network that is followed. Addresses in hex.
     *
     * @param market what bills and pays; null in a network without
     */
    public record Network(
            String protocol,
            long chainId,
            String contract,
            String assets,
            String charging,
            String plans,
            String algorithms,
            long deployedAtBlock,
            int firstTimestep,
            int timestepSeconds,
            int gateSeconds,
            int takeoverSeconds,
            int stepsPerHour,
            int quorumNumerator,
            int quorumDenominator,
            @Nullable Market market,
            List<Operator> operators,
            List<Provider> providers,
            int groups,
            int chargePoints) {}

    /** A member. */
    public record Operator(int operator, String name, String owner, String oracle, String meter) {}

    /** A provider without charge points, which vouches for drivers. */
    public record Provider(int provider, String name, String owner, String desk) {}

    /**
     * The contracts that bill and pay, and by what bills are computed.
     *
     * @param valuations an AlgorithmRegistry of its own, for the program that computes bills
     */
    public record Market(
            String euro,
            String flexibility,
            String settlement,
            String channels,
            String meters,
            String valuations,
            int settlementTimesteps,
            int graceTimesteps,
            int compensationE4,
            long kappaE6) {
        static Market of(MarketLinked m) {
            return new Market(
                    m.euro().toHexString(),
                    m.flexibility().toHexString(),
                    m.settlement().toHexString(),
                    m.channels().toHexString(),
                    m.meters().toHexString(),
                    m.valuations().toHexString(),
                    m.settlementTimesteps(),
                    m.graceTimesteps(),
                    m.compensationE4(),
                    m.kappaE6());
        }
    }

    /**
     * The time of the network: that of its newest block.
     *
     * @param timestep that runs
     * @param gateSeconds block time at which its gate closes, or closed
     * @param gateClosed whether new requests wait for the timestep after the next
     * @param secondsToGate 0 when it is closed
     * @param nextTimestepWithRequests earliest timestep that a request made now can charge in
     */
    public record Timestep(
            int timestep,
            long startSeconds,
            long gateSeconds,
            long endSeconds,
            boolean gateClosed,
            long secondsToGate,
            long secondsToEnd,
            int nextTimestepWithRequests,
            long block,
            long blockTimestampSeconds) {}

    /** A timestep event. */
    public record Event(
            long sequence,
            String kind,
            int timestep,
            long block,
            String blockHash,
            long blockTimestampSeconds,
            long snapshotBlock,
            boolean missed) {}

    /**
     * A range of events.
     *
     * @param processedBlock up to which there are no others
     * @param nextSequence to ask for next
     */
    public record Events(
            String contract,
            long processedBlock,
            String processedBlockHash,
            long processedBlockTimestampSeconds,
            long nextSequence,
            List<Event> events) {}

    /** Where this node's plugin stands. */
    public record Status(
            String version,
            @Nullable String contract,
            long processedBlock,
            long lagBlocks,
            long nextSequence,
            long match,
            long mismatch,
            long unverified,
            String error) {}

    NetworkMethods(Methods methods, String version) {
        this.methods = methods;
        this.version = version;
    }

    void addTo(Map<String, RpcMethod> byName) {
        byName.put("network", this::network);
        byName.put("timestep", this::timestep);
        byName.put("events", this::events);
        byName.put("status", this::status);
        byName.put("discover", this::discover);
    }

    private Network network(@Nullable Object[] params) {
        new Params(params);
        return methods.read(s -> {
            var linked = s.network().linked();
            var p = s.parameters();
            var market = s.view().market();
            return new Network(
                    linked.protocol(),
                    s.network().chainId(),
                    s.network().contract().toHexString(),
                    linked.assets().toHexString(),
                    linked.charging().toHexString(),
                    linked.plans().toHexString(),
                    linked.algorithms().toHexString(),
                    linked.deployedAtBlock(),
                    linked.firstTimestep(),
                    p.timestepSeconds(),
                    p.gateSeconds(),
                    p.takeoverSeconds(),
                    p.stepsPerHour(),
                    p.quorumNumerator(),
                    p.quorumDenominator(),
                    market == null ? null : Market.of(market),
                    s.state().members().stream()
                            .map(id -> Objects.requireNonNull(s.state().operator(id)))
                            .map(o -> new Operator(
                                    o.id(),
                                    o.name(),
                                    o.owner().toHexString(),
                                    o.oracle().toHexString(),
                                    o.meter().toHexString()))
                            .toList(),
                    s.view().providers().stream()
                            .map(v -> new Provider(
                                    v.id(),
                                    v.name(),
                                    v.owner().toHexString(),
                                    v.desk().toHexString()))
                            .toList(),
                    s.state().groups().size(),
                    s.state().chargePoints().size());
        });
    }

    private Timestep timestep(@Nullable Object[] params) {
        new Params(params);
        return methods.read(s -> {
            var p = s.parameters();
            long now = s.processed().timestampSeconds();
            int timestep = p.timestepAt(now);
            boolean closed = now >= p.gateOf(timestep);
            return new Timestep(
                    timestep,
                    p.startOf(timestep),
                    p.gateOf(timestep),
                    p.startOf(timestep + 1),
                    closed,
                    Math.max(0, p.gateOf(timestep) - now),
                    p.startOf(timestep + 1) - now,
                    p.firstTimestepAt(now),
                    s.processed().number(),
                    now);
        });
    }

    private Events events(@Nullable Object[] values) {
        var params = new Params(values, "fromSequence", "count");
        long from = params.optionalLong(0, 0, Long.MAX_VALUE, 0);
        int count = params.optional(1, 1, MOST_EVENTS, MOST_EVENTS);
        return methods.read(s -> {
            int first = Math.clamp(from - s.firstSequence(), 0, s.events().size());
            int end = Math.min(first + count, s.events().size());
            var events = s.events().subList(first, end).stream()
                    .map(NetworkMethods::event)
                    .toList();
            return new Events(
                    s.network().contract().toHexString(),
                    s.processed().number(),
                    s.processed().hash().toHexString(),
                    s.processed().timestampSeconds(),
                    events.isEmpty() ? from : events.getLast().sequence() + 1,
                    events);
        });
    }

    private Status status(@Nullable Object[] params) {
        new Params(params);
        var follower = methods.follower();
        if (follower == null) {
            return new Status(version, null, 0, 0, 0, 0, 0, 0, "the node is starting");
        }
        long lagBlocks = follower.lagBlocks();
        return follower.tracker()
                .map(tracker -> tracker.read(s -> new Status(
                        version,
                        s.network().contract().toHexString(),
                        s.processed().number(),
                        lagBlocks,
                        s.nextSequence(),
                        s.view().verdicts(Verdict.Result.MATCH),
                        s.view().verdicts(Verdict.Result.MISMATCH),
                        s.view().verdicts(Verdict.Result.UNVERIFIED),
                        follower.error())))
                .orElseGet(() -> new Status(version, null, 0, lagBlocks, 0, 0, 0, 0, follower.error()));
    }

    private JsonNode discover(@Nullable Object[] params) {
        new Params(params);
        try (var in = NetworkMethods.class.getResourceAsStream(OPENRPC)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Event event(TimestepEvent e) {
        return new Event(
                e.sequence(),
                e.kind().name(),
                e.timestep(),
                e.block(),
                e.blockHash().toHexString(),
                e.blockTimestampSeconds(),
                e.snapshotBlock(),
                e.missed());
    }
}
