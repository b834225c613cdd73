package org.chargeproof.view.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.planner.Algorithm;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.planner.Plan;
import org.chargeproof.protocol.encoding.MerkleTree;
import org.chargeproof.protocol.encoding.Sha256;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.view.follow.ChainFollower;
import org.chargeproof.view.follow.CountingMetrics;
import org.chargeproof.view.follow.History;
import org.chargeproof.view.follow.LogListener;
import org.chargeproof.view.follow.MemoryChain;
import org.chargeproof.view.follow.PlannerJar;
import org.chargeproof.view.verify.GroupReasons;
import org.chargeproof.view.verify.PlanSource;
import org.chargeproof.view.verify.PowerReason;
import org.chargeproof.view.verify.PowerReasons;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.crypto.Hash;

/** Whoever has a proof alone computes the group's plan again, and finds it on the ledger. */
class PlanProofTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FIRST = 1_000;
    private static final int SECONDS = 30;
    private static final int PLANNED = FIRST + 1;

    @TempDir
    private Path folder;

    private final MemoryChain chain = new MemoryChain((long) FIRST * SECONDS);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 6, 8, 13})
    void leadsFromEveryGroupToWhatIsPosted(int groups) {
        int requests = network(groups, new Random(groups));
        try (var follower = follow()) {
            var methods = new Methods(() -> follower, "test");
            var first = call(follower, methods, "planProof", PLANNED, 0);
            for (int group = 0; group < groups; group++) {
                var proof = call(follower, methods, "planProof", PLANNED, group);
                assertThat(proof.get("timestep").asInt()).isEqualTo(PLANNED);
                assertThat(proof.get("group").asInt()).isEqualTo(group);
                assertThat(proof.get("groups").asInt()).isEqualTo(groups);
                for (String shared : List.of("inputsRoot", "plansRoot", "setpoints", "decisions", "candidate")) {
                    assertThat(proof.get(shared)).as(shared).isEqualTo(first.get(shared));
                }
                var input = bytes(proof, "input");
                var plan = bytes(proof, "plan");
                assertThat(Bytes.wrap(Algorithm.run(input.toArray()))).isEqualTo(plan);
                requireOpened(proof, "inputsRoot", "inputPath", input);
                requireOpened(proof, "plansRoot", "planPath", plan);
                var told = call(follower, methods, "groupPlan", PLANNED, group);
                assertThat(told.get("plan")).isEqualTo(proof.get("plan"));
                assertThat(told.get("input").asText())
                        .isEqualTo(Sha256.of(input.toArray()).toHexString());
            }
            assertThat(bytes(first, "decisions").size()).isEqualTo(17 * requests);
            assertThat(first.get("digest").asText()).isEqualTo(abiDigest(first));
            assertThat(first.get("candidate").asText()).isEqualTo(abiCandidate(first));

            // what the proof says, posted
            chain.add(at(FIRST, 25), post(first));
            var verdict = call(follower, methods, "verdict", PLANNED);
            assertThat(verdict.get("posts").findValuesAsText("verdict")).containsExactly("MATCH");

            refused(
                    methods,
                    "there is no group " + groups + " in the plan for timestep 1001; there are " + groups,
                    PLANNED,
                    groups);
        }
    }

    @Test
    void nobodyHashesAllGroupsToOpenOne() {
        network(5, new Random(1));
        try (var follower = follow()) {
            var methods = new Methods(() -> follower, "test");
            call(follower, methods, "planProof", PLANNED, 0);
            var verifier = methods.tracker().verifier();
            var trees = verifier.trees(PLANNED, 10_000).orElseThrow();
            assertThat(verifier.trees(PLANNED, 10_000)).containsSame(trees);
            assertThat(trees.plan()).isSameAs(verifier.plan(PLANNED).orElseThrow());
            // as long as plans are kept, and no longer
            for (int later = 1; later <= 3; later++) {
                assertThat(call(follower, methods, "planProof", PLANNED, 4)
                                .get("groups")
                                .asInt())
                        .isEqualTo(5);
                chain.add(at(FIRST + later, 21));
                assertThat(call(follower, methods, "planProof", PLANNED + later, 4)
                                .get("timestep")
                                .asInt())
                        .isEqualTo(PLANNED + later);
            }
            refused(methods, "there is no plan for timestep 1001 here", PLANNED, 0);
        }
    }

    /** The reasons that the plan's own bytes give, on the receipt, while it charges, and after a restart. */
    @Test
    void aFinalPlanTellsEachSessionWhy() {
        int requests = network(8, new Random(8));
        var receipts = new ArrayList<JsonNode>();
        try (var follower = follow()) {
            var methods = new Methods(() -> follower, "test");
            var first = call(follower, methods, "planProof", PLANNED, 0);
            var expected = new TreeMap<Integer, GroupReasons.OfSession>();
            var figures = new TreeMap<Integer, GroupReasons.Figures>();
            for (int group = 0; group < 8; group++) {
                var proof = call(follower, methods, "planProof", PLANNED, group);
                var reasons = PowerReasons.of(
                        GroupInput.decode(bytes(proof, "input").toArray()),
                        Plan.decode(bytes(proof, "plan").toArray()));
                reasons.sessions().forEach(each -> {
                    expected.put(each.session(), each);
                    figures.put(each.session(), reasons.figures());
                });
            }
            assertThat(expected.values())
                    .extracting(GroupReasons.OfSession::reason)
                    .contains(PowerReason.FULL)
                    .hasSizeGreaterThan(4);
            var decided = new ArrayList<RawLog>();
            decided.add(post(first));
            expected.keySet().forEach(session -> decided.add(accepted(session)));
            decided.add(MemoryChain.log(MemoryChain.PLANS, "PlanFinal(uint32,uint8,uint8,uint8)", 1, PLANNED, 0, 1, 1));
            chain.add(at(FIRST, 25), decided.toArray(RawLog[]::new));
            // of charge points 0 to 7, those with an even number followed
            chain.add(at(PLANNED, 1), applied("0x55"));
            for (int session = 0; session < requests; session++) {
                var receipt = call(follower, methods, "receipt", session);
                receipts.add(receipt);
                var told = expected.get(session);
                assertThat(receipt.get("timesteps")).hasSize(told == null ? 0 : 1);
                if (told == null) {
                    continue;
                }
                var step = receipt.get("timesteps").get(0);
                assertThat(step.get("why").toString()).isEqualTo(why(told, figures.get(session)));
                assertThat(call(follower, methods, "session", session).get("why"))
                        .isEqualTo(step.get("why"));
                int chargePoint = receipt.get("chargePoint").asInt();
                assertThat(step.get("applied").asBoolean()).isEqualTo(chargePoint < 8 && chargePoint % 2 == 0);
            }
        }
        try (var again = follow()) {
            var methods = new Methods(() -> again, "test");
            for (int session = 0; session < requests; session++) {
                assertThat(call(again, methods, "receipt", session)).isEqualTo(receipts.get(session));
            }
        }
    }

    /** Of a plan that nobody can compute again, and of a fallback, there is nothing to tell. */
    @Test
    void whatIsNotTheOwnPlanTellsNothing() {
        network(1, new Random(3));
        try (var follower = follow()) {
            var methods = new Methods(() -> follower, "test");
            var proof = call(follower, methods, "planProof", PLANNED, 0);
            var changed = ((ObjectNode) proof.deepCopy()).put("setpoints", "0x" + "0001".repeat(3));
            chain.add(
                    at(FIRST, 25),
                    post(changed),
                    accepted(0),
                    MemoryChain.log(MemoryChain.PLANS, "PlanFinal(uint32,uint8,uint8,uint8)", 1, PLANNED, 0, 1, 1));
            chain.add(at(PLANNED, 1));
            var step = call(follower, methods, "receipt", 0).get("timesteps").get(0);
            assertThat(step.get("source").asText()).isEqualTo("PLAN");
            assertThat(step.get("why").isNull()).isTrue();
            assertThat(step.get("applied").isNull()).isTrue();
            chain.add(at(PLANNED + 1, 1));
            step = call(follower, methods, "receipt", 0).get("timesteps").get(1);
            assertThat(step.get("source").asText()).isEqualTo("FALLBACK");
            assertThat(step.get("why").isNull()).isTrue();
        }
    }

    private static String why(GroupReasons.OfSession told, GroupReasons.Figures figures) {
        return "{\"reason\":\"%s\",\"group\":%d,\"limitW\":%d,\"otherLoadW\":%d,\"roomW\":%d,\"groupW\":%d,\"others\":%d,\"leaveEarlier\":%d}"
                .formatted(
                        told.reason(),
                        figures.group(),
                        figures.limitW(),
                        figures.otherLoadW(),
                        figures.roomW(),
                        figures.groupW(),
                        told.others(),
                        told.leaveEarlier());
    }

    private static RawLog accepted(int session) {
        return MemoryChain.log(
                MemoryChain.CHARGING,
                "RequestDecided(uint32,uint32,bool,uint32,uint32,uint32)",
                2,
                session,
                PLANNED,
                true,
                0,
                0,
                0);
    }

    private static RawLog applied(String chargePoints) {
        return MemoryChain.log(
                MemoryChain.PLANS,
                "SetpointsApplied(uint32,uint8,bytes)",
                2,
                PLANNED,
                1,
                new DynamicBytes(Bytes.fromHexString(chargePoints).toArray()));
    }

    private static void requireOpened(JsonNode proof, String root, String path, Bytes leaf) {
        var hashes = new ArrayList<Bytes32>();
        proof.get(path).forEach(hash -> hashes.add(Bytes32.fromHexString(hash.asText())));
        int group = proof.get("group").asInt();
        int groups = proof.get("groups").asInt();
        var rootHash = Bytes32.fromHexString(proof.get(root).asText());
        assertThat(MerkleTree.verify(rootHash, groups, group, leaf, hashes))
                .as(path)
                .isTrue();
        assertThat(MerkleTree.verify(rootHash, groups, group, Bytes.concatenate(leaf, Bytes.of(0)), hashes))
                .as(path)
                .isFalse();
    }

    private static void refused(Methods methods, String message, Object... params) {
        assertThatThrownBy(() -> methods.byName().get("planProof").call(params))
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        RpcException.class, e -> assertThat(e.code()).isEqualTo(-32051));
    }

    /** As Solidity encodes it: seven words. */
    private static String abiDigest(JsonNode proof) {
        return abiHash(List.of(
                new Uint32(proof.get("timestep").asLong()),
                new Uint64(BigInteger.valueOf(proof.get("snapshotBlock").asLong())),
                word(bytes(proof, "algorithm")),
                word(bytes(proof, "inputsRoot")),
                word(bytes(proof, "plansRoot")),
                word(bytes(proof, "setpointsRoot")),
                word(Bytes.wrap(Hash.sha3(bytes(proof, "setpoints").toArray())))));
    }

    private static String abiCandidate(JsonNode proof) {
        return abiHash(List.of(
                word(bytes(proof, "digest")),
                word(Bytes.wrap(Hash.sha3(bytes(proof, "decisions").toArray())))));
    }

    @SuppressWarnings("rawtypes") // as web3j wants it
    private static String abiHash(List<Type> words) {
        return Hash.sha3("0x" + FunctionEncoder.encodeConstructor(words));
    }

    private static Type<?> word(Bytes bytes) {
        return new org.web3j.abi.datatypes.generated.Bytes32(bytes.toArray());
    }

    private static Bytes bytes(JsonNode proof, String field) {
        return Bytes.fromHexString(proof.get(field).asText());
    }

    private static RawLog post(JsonNode proof) {
        return MemoryChain.log(
                MemoryChain.PLANS,
                "PlanPosted(uint32,uint8,uint8,uint64,bytes32,bytes32,bytes32,bytes32,bytes,bytes)",
                2,
                PLANNED,
                1,
                0,
                proof.get("snapshotBlock").asLong(),
                word(bytes(proof, "algorithm")),
                word(bytes(proof, "inputsRoot")),
                word(bytes(proof, "plansRoot")),
                word(bytes(proof, "setpointsRoot")),
                new DynamicBytes(bytes(proof, "setpoints").toArray()),
                new DynamicBytes(bytes(proof, "decisions").toArray()));
    }

    private ChainFollower follow() {
        var follower = new ChainFollower(
                chain,
                null,
                folder,
                new History(100, 1_000),
                PlanSource.computingAtOnce(),
                LogListener::none,
                new CountingMetrics());
        follower.start();
        return follower;
    }

    private static JsonNode call(ChainFollower follower, Methods methods, String method, Object... params) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (follower.lagBlocks() > 0 || follower.tracker().isEmpty()) {
            assertThat(System.nanoTime()).as("followed within 10 s").isLessThan(deadline);
            follower.onBlock();
            Thread.onSpinWait();
        }
        JsonNode answer = JSON.valueToTree(methods.byName().get(method).call(params));
        OpenRpc.check(method, answer);
        return answer;
    }

    /** Up to the gate; some groups have no charge point, some charge points nobody who asks. @return requests */
    private int network(int groups, Random random) {
        chain.add(at(FIRST, 1));
        chain.add(
                at(FIRST, 2),
                MemoryChain.linked(MemoryChain.CONSORTIUM, NetworkLinked.PROTOCOL, 1, FIRST, SECONDS),
                MemoryChain.log(
                        MemoryChain.CONSORTIUM,
                        "OperatorAdmitted(uint8,string,address,address,address)",
                        1,
                        1,
                        "Aurora",
                        address(11),
                        address(12),
                        address(13)));
        chain.add(at(FIRST, 2), PlannerJar.logs(FIRST));
        int chargePoint = 0;
        int requests = 0;
        for (int group = 0; group < groups; group++) {
            var logs = new ArrayList<RawLog>();
            logs.add(MemoryChain.log(
                    MemoryChain.ASSETS,
                    "GroupRegistered(uint32,uint8,uint32,uint32,uint8,uint16)",
                    2,
                    group,
                    1,
                    40_000,
                    10_000,
                    1,
                    200));
            for (int i = random.nextInt(4); i > 0; i--) {
                logs.add(MemoryChain.log(
                        MemoryChain.ASSETS,
                        "ChargePointRegistered(uint32,uint32,uint8,uint32,uint32,string)",
                        3,
                        chargePoint,
                        group,
                        1,
                        22_000,
                        4_140,
                        "NO*AUR*E" + chargePoint));
                if (random.nextInt(3) > 0) {
                    logs.add(requested(requests++, chargePoint, 1_000 + random.nextInt(40_000)));
                }
                chargePoint++;
            }
            chain.add(at(FIRST, 4), logs.toArray(RawLog[]::new));
        }
        chain.add(at(FIRST, 21));
        return requests;
    }

    private static RawLog requested(int session, int chargePoint, int energyWh) {
        return MemoryChain.log(
                MemoryChain.CHARGING,
                "ChargingRequested(uint32,uint32,address,uint8,uint32,uint32,uint32,uint32,bool,uint32,uint32)",
                3,
                session,
                chargePoint,
                address(20),
                61,
                energyWh,
                energyWh,
                PLANNED,
                PLANNED + 8,
                true,
                PLANNED,
                FIRST);
    }

    private static Address address(int n) {
        return new Address(MemoryChain.address(n));
    }

    private static long at(int timestep, int second) {
        return (long) timestep * SECONDS + second;
    }
}
