package org.chargeproof.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.audit.report.TimestepVerdict;
import org.chargeproof.audit.report.Verdict;
import org.chargeproof.ledger.BlockSource;
import org.chargeproof.protocol.algorithm.JarAlgorithm;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.encoding.Sha256;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanPosted;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.plan.Fallback;
import org.chargeproof.protocol.plan.PlanningAlgorithm;
import org.chargeproof.protocol.time.BlockHeader;

/** A ledger as JSON, with what an auditor must make of it: see {@code src/test/resources/golden/README.md}. */
final class GoldenLedger {
    static final Path FILE = Path.of("src", "test", "resources", "golden", "ledger.json.gz");

    private static final String FORMAT = "chargeproof-golden-ledger/1";
    private static final Path VERSION_1 =
            Path.of("..", "protocol", "src", "test", "resources", "algorithms", "planner-v1.jar");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MANY = 520;

    private GoldenLedger() {}

    /** Both algorithms, by their ids in the ledger. */
    static Map<Bytes32, PlanningAlgorithm> algorithms() throws IOException {
        byte[] jar = Files.readAllBytes(VERSION_1);
        var first = JarAlgorithm.load(Sha256.of(jar), jar, 2);
        return Map.of(first.id(), first, Scenario.ALGORITHM, new Scenario.LocalAlgorithm(Scenario.ALGORITHM));
    }

    /** Everything that is hard about inputs, once. */
    static Scenario scenario() throws IOException {
        var algorithms = algorithms();
        var second = algorithms.get(Scenario.ALGORITHM);
        var network = Scenario.deployed(algorithms.values().stream()
                .filter(a -> a.inputVersion() == 1)
                .findFirst()
                .orElseThrow());
        network.status = 2;
        network.next();
        // version 1: a car that is slow, a reservation that waits, forecasts and PV
        network.open();
        network.emit(new LedgerEvent.ForecastPublished(
                1, network.current() + 1, List.of(new ForecastStep(500, 800, 1_200, 3), new ForecastStep(0, 9, 0, 1))));
        network.request(0, 30_000, 20);
        network.reserve(1, 8_000, 3_000, 3, 8);
        // charge point 3 gives something to who was not told anything, which a missing report must not charge to the
        // next session
        network.takenWh = (id, wh) -> id == 0 ? wh * 2 / 3 : id == 3 && wh == 0 ? 300 : wh;
        network.plan();
        network.emit(new LedgerEvent.GroupReported(0, network.current() - 1, 450, 1_100, 200));
        honest(network, 3);
        network.open();
        network.use(second);
        network.plan();
        // version 2: learned limits, a session behind, a report that is missing over an acceptance, a reservation
        network.open();
        network.reserve(2, 9_000, 4_000, 4, 9);
        network.request(3, 6_000, 9);
        network.reported = id -> id != 3;
        network.plan();
        network.open();
        network.emit(new LedgerEvent.GroupLimitChanged(0, 9_000));
        network.emit(new LedgerEvent.GroupPolicyChanged(1, 2, 60));
        network.plan();
        network.reported = id -> true;
        honest(network, 2);
        // a fallback on record, and a timestep of which nobody says anything
        network.open();
        network.emit(new LedgerEvent.FallbackDeclared(network.current(), 2));
        network.next();
        network.next();
        network.open();
        network.emit(new LedgerEvent.GroupLimitChanged(0, 60_000));
        network.plan();
        // liars: a setpoint for a request that they leave undecided
        network.open();
        endOf(network, 3);
        network.request(3, 12_000, 12);
        network.plan(GoldenLedger::lie);
        honest(network, 3);
        // an id that is given again, in another group
        network.open();
        endOf(network, 3);
        network.emit(new LedgerEvent.ChargePointRemoved(3));
        network.plan();
        honest(network, 2);
        network.open();
        network.emit(new LedgerEvent.ChargePointRegistered(3, 0, 1, 11_000, 1_380, "NO*OPR*E3"));
        network.plan();
        // more requests than a timestep decides
        network.open();
        network.emit(new LedgerEvent.GroupRegistered(2, 3, 1_500_000, 0, 3, 0));
        for (int id = 4; id < 4 + MANY; id++) {
            network.emit(new LedgerEvent.ChargePointRegistered(id, 2, 3, 11_000, id % 2 * 1_380, "NO*OPR*E" + id));
        }
        for (int id = 4; id < 4 + MANY; id++) {
            network.request(id, 4_000 + 10 * id, 3);
        }
        network.request(3, 7_000, 5);
        network.plan();
        honest(network, 2);
        return network;
    }

    private static void honest(Scenario network, int timesteps) {
        for (int i = 0; i < timesteps; i++) {
            network.open();
            network.plan();
        }
    }

    /** Ends the session at a charge point, if there is one. */
    private static void endOf(Scenario network, int chargePoint) {
        var session = network.state.chargePoints().get(chargePoint).session();
        if (session != null) {
            network.emit(new LedgerEvent.SessionEnded(session.id(), chargePoint, network.current(), 0));
        }
    }

    private static PlanPosted lie(PlanPosted p) {
        return new PlanPosted(
                p.timestep(),
                p.operator(),
                p.candidate(),
                p.snapshotBlock(),
                p.algorithm(),
                p.inputsRoot(),
                p.plansRoot(),
                p.setpointsRoot(),
                Setpoints.pack(new int[] {0, 0, 0, 1_840}),
                Bytes.EMPTY);
    }

    /** A ledger and what is to be made of it, as JSON. */
    static ObjectNode write(BlockSource blocks) throws IOException {
        var json = JSON.createObjectNode().put("format", FORMAT);
        var p = Scenario.PARAMETERS;
        json.putObject("parameters")
                .put("timestepSeconds", p.timestepSeconds())
                .put("gateSeconds", p.gateSeconds())
                .put("stepsPerHour", p.stepsPerHour())
                .put("quorumNumerator", p.quorumNumerator())
                .put("quorumDenominator", p.quorumDenominator());
        json.put("firstTimestep", Scenario.DEPLOYED);
        var all = json.putArray("blocks");
        long head = blocks.head().number();
        for (long number = MemoryLedger.FIRST_BLOCK; number <= head; number++) {
            var header = blocks.header(number);
            var block = all.addObject()
                    .put("number", number)
                    .put("hash", header.hash().toHexString())
                    .put("timestampSeconds", header.timestampSeconds());
            var logs = block.putArray("logs");
            for (var log : blocks.logs(number, number)) {
                var entry = logs.addObject().put("address", log.address().toHexString());
                log.topics().forEach(t -> entry.withArray("topics").add(t.toHexString()));
                entry.put("data", log.data().toHexString());
            }
        }
        json.set("timesteps", expected(blocks));
        return json;
    }

    /** What an auditor finds: for each timestep verdict, roots and hashes, or the fallbacks. */
    static JsonNode expected(BlockSource blocks) throws IOException {
        var algorithms = algorithms();
        var timesteps = JSON.createArrayNode();
        var hashes = new TreeMap<Integer, List<List<byte[]>>>();
        var ids = new TreeMap<Integer, Bytes32>();
        var listener = new ProgressListener() {
            @Override
            public void onTimestep(TimestepVerdict verdict, int done, int total) {}

            @Override
            public void onPlans(int timestep, Bytes32 algorithm, List<byte[]> inputs, List<byte[]> plans) {
                hashes.put(timestep, List.of(inputs, plans));
                ids.put(timestep, algorithm);
            }
        };
        var report = new Auditor(Scenario.NETWORK, blocks, algorithms::get).audit(AuditRange.everything(), listener);
        for (var verdict : report.timesteps()) {
            int timestep = verdict.timestep();
            var json = timesteps
                    .addObject()
                    .put("timestep", timestep)
                    .put("snapshotBlock", verdict.snapshotBlock())
                    .put("algorithm", ids.get(timestep).toHexString())
                    .put("inputVersion", algorithms.get(ids.get(timestep)).inputVersion())
                    .put("verdict", verdict.verdict().name());
            if (verdict.postedBy() != 0) {
                json.put("postedBy", verdict.postedBy());
                verdict.attestedBy().forEach(json.putArray("attestedBy")::add);
            }
            var groups = json.putArray("groups");
            for (var group : verdict.groups()) {
                var both = hashes.get(timestep);
                var entry = groups.addObject()
                        .put("group", group.group())
                        .put("verdict", group.verdict().name());
                entry.put(
                        "inputSha256", Sha256.of(both.get(0).get(group.group())).toHexString());
                if (!both.get(1).isEmpty()) {
                    entry.put(
                            "planSha256",
                            Sha256.of(both.get(1).get(group.group())).toHexString());
                }
            }
            if (verdict.verdict() == Verdict.MISSING) {
                var fallbacks = json.putArray("fallbackPowerW");
                for (int powerW : Fallback.of(stateAt(blocks, Scenario.PARAMETERS.startOf(timestep)))) {
                    fallbacks.add(powerW);
                }
            }
        }
        // as it is read again: numbers of a tree that was made differ from those of one that was read
        return JSON.readTree(JSON.writeValueAsBytes(timesteps));
    }

    private static LedgerState stateAt(BlockSource blocks, long momentSeconds) {
        var state = new LedgerState();
        long head = blocks.head().number();
        for (long number = MemoryLedger.FIRST_BLOCK;
                number <= head && blocks.header(number).timestampSeconds() < momentSeconds;
                number++) {
            for (var log : blocks.logs(number, number)) {
                LogDecoder.decode(log).ifPresent(state::apply);
            }
        }
        return state;
    }

    static void save(JsonNode json) throws IOException {
        Files.createDirectories(FILE.getParent());
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(FILE))) {
            out.write(JSON.writeValueAsBytes(json));
        }
    }

    static JsonNode read() throws IOException {
        try (var in = new GZIPInputStream(Files.newInputStream(FILE))) {
            return JSON.readTree(in);
        }
    }

    /** The blocks of a golden ledger, as a node would tell them. */
    static BlockSource blocks(JsonNode json) {
        var headers = new ArrayList<BlockHeader>();
        var logs = new ArrayList<List<RawLog>>();
        for (var block : json.get("blocks")) {
            long number = block.get("number").asLong();
            headers.add(new BlockHeader(
                    number,
                    Bytes32.fromHexString(block.get("hash").asText()),
                    block.get("timestampSeconds").asLong()));
            var ofBlock = new ArrayList<RawLog>();
            for (var log : block.get("logs")) {
                var topics = new ArrayList<Bytes32>();
                log.get("topics").forEach(t -> topics.add(Bytes32.fromHexString(t.asText())));
                ofBlock.add(new RawLog(
                        number,
                        ofBlock.size(),
                        Bytes.fromHexString(log.get("address").asText()),
                        topics,
                        Bytes.fromHexString(log.get("data").asText())));
            }
            logs.add(ofBlock);
        }
        return new BlockSource() {
            @Override
            public BlockHeader head() {
                return headers.getLast();
            }

            @Override
            public BlockHeader header(long number) {
                return headers.get((int) (number - MemoryLedger.FIRST_BLOCK));
            }

            @Override
            public List<RawLog> logs(long fromBlock, long toBlock) {
                return logs
                        .subList((int) (fromBlock - MemoryLedger.FIRST_BLOCK), (int)
                                (toBlock + 1 - MemoryLedger.FIRST_BLOCK))
                        .stream()
                        .flatMap(List::stream)
                        .toList();
            }
        };
    }
}
