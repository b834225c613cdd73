package org.chargeproof.view.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.billing.Algorithm;
import org.chargeproof.protocol.bill.Settlement;
import org.chargeproof.protocol.encoding.MerkleTree;
import org.chargeproof.protocol.fold.Fold;
import org.chargeproof.protocol.ledger.LedgerEvent.MarketLinked;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.chargeproof.protocol.ledger.LogDecoder;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.protocol.plan.PlanningAlgorithm;
import org.chargeproof.view.follow.ChainFollower;
import org.chargeproof.view.follow.CountingMetrics;
import org.chargeproof.view.follow.History;
import org.chargeproof.view.follow.LogListener;
import org.chargeproof.view.follow.MemoryChain;
import org.chargeproof.view.follow.PlannerJar;
import org.chargeproof.view.verify.BillSource;
import org.chargeproof.view.verify.PlanSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicBytes;

/** Bills, channels and reputations of a small network whose every log is written here. */
class MarketMethodsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FIRST = 1_000;
    private static final int SECONDS = 30;
    private static final int EVERY = 4;
    private static final int GRACE = 2;
    private static final String SETTLEMENT = MemoryChain.address(0x13);
    private static final String CHANNELS = MemoryChain.address(0x14);
    private static final String METERS = MemoryChain.address(0x15);
    private static final String VALUATIONS = MemoryChain.address(0x16);
    private static final String ALICE = "0x" + "a1".repeat(20);
    private static final String PAYER = "0x" + "bb".repeat(20);
    private static final int PROVIDER = 61;

    @TempDir
    private Path folder;

    private final MemoryChain chain = new MemoryChain((long) FIRST * SECONDS);
    private final List<ChainFollower> followers = new ArrayList<>();
    private Methods methods;

    @BeforeEach
    void start() {
        chain.add(at(FIRST, 1));
        chain.add(
                at(FIRST, 2),
                MemoryChain.linked(MemoryChain.CONSORTIUM, NetworkLinked.PROTOCOL, 1, FIRST, SECONDS),
                MemoryChain.log(
                        MemoryChain.CONSORTIUM,
                        "MarketLinked(address,address,address,address,address,address,uint16,uint16,uint32,uint32)",
                        0,
                        new Address(MemoryChain.address(0x11)),
                        new Address(MemoryChain.address(0x12)),
                        new Address(SETTLEMENT),
                        new Address(CHANNELS),
                        new Address(METERS),
                        new Address(VALUATIONS),
                        EVERY,
                        GRACE,
                        1_000,
                        1_000_000));
        chain.add(
                at(FIRST, 3),
                MemoryChain.log(
                        MemoryChain.CONSORTIUM,
                        "OperatorAdmitted(uint8,string,address,address,address)",
                        1,
                        1,
                        "Aurora",
                        address(11),
                        address(12),
                        address(13)),
                MemoryChain.log(
                        MemoryChain.CONSORTIUM,
                        "ProviderAdmitted(uint8,string,address,address)",
                        1,
                        PROVIDER,
                        "Fahrstrom",
                        new Address(PAYER),
                        address(18)),
                MemoryChain.log(
                        MemoryChain.ASSETS,
                        "GroupRegistered(uint32,uint8,uint32,uint32,uint8,uint16)",
                        2,
                        0,
                        1,
                        40_000,
                        10_000,
                        1,
                        200));
        for (int i = 0; i < 2; i++) {
            chain.add(
                    at(FIRST, 4 + i),
                    MemoryChain.log(
                            MemoryChain.ASSETS,
                            "ChargePointRegistered(uint32,uint32,uint8,uint32,uint32,string)",
                            3,
                            i,
                            0,
                            1,
                            22_000,
                            4_140,
                            "NO*AUR*E" + i),
                    MemoryChain.log(
                            MemoryChain.ASSETS,
                            "ChargePointPriced(uint32,uint32,uint16,uint32,uint32)",
                            1,
                            i,
                            4_000,
                            1_900,
                            FIRST,
                            FIRST));
        }
        chain.add(at(FIRST, 6), PlannerJar.ofBills(VALUATIONS, FIRST + 2));
        methods = follow("node", BillSource.computingWhenAsked());
    }

    @AfterEach
    void stop() {
        followers.forEach(ChainFollower::close);
    }

    @Test
    void aBillFromItsSessionToItsClaim() {
        charge(7, 0);
        var bill = call("bill", 7);
        assertThat(bill.get("state").asText()).isEqualTo("NOT_ENDED");
        assertThat(bill.get("bill").isNull()).isTrue();
        assertThat(bill.get("reason").asText()).contains("is not over");
        end(7, 0);
        bill = call("bill", 7);
        assertThat(bill.get("state").asText()).isEqualTo("NOT_DUE");
        assertThat(bill.get("settlement").asInt()).isEqualTo(FIRST + 8);
        assertThat(bill.get("settlementSeconds").asLong()).isEqualTo(at(FIRST + 8, 0));

        long snapshot = chain.head().number();
        chain.add(at(FIRST + 8, 0));
        var settlement = settlement(FIRST + 8, snapshot);
        bill = call("bill", 7);
        assertThat(bill.get("state").asText()).isEqualTo("OPEN");
        assertThat(bill.get("posts")).isEmpty();
        assertThat(bill.get("bill").get("proven").asBoolean()).isFalse();

        chain.add(at(FIRST + 8, 1), posted(settlement, 0, Bytes32.repeat((byte) 7)), posted(settlement, 1));
        bill = call("bill", 7);
        assertThat(bill.get("state").asText()).isEqualTo("ATTESTED");
        assertThat(bill.get("posts").findValuesAsText("verdict")).containsExactly("MISMATCH", "MATCH");
        assertThat(bill.get("posts").get(0).get("difference").get("field").asText())
                .isEqualTo("billsRoot");

        chain.add(at(FIRST + 8, 2), attested(FIRST + 8, 1), finalized(FIRST + 8, 1));
        bill = call("bill", 7);
        assertThat(bill.get("state").asText()).isEqualTo("FINAL");
        assertThat(bill.get("finalBlock").asLong()).isEqualTo(chain.head().number());
        assertThat(bill.get("posts")).hasSize(1);
        assertThat(bill.get("posts").get(0).get("attestations").toString()).isEqualTo("[1]");
        var b = bill.get("bill");
        assertThat(b.get("proven").asBoolean()).isTrue();
        assertThat(b.get("energyWh").asInt()).isEqualTo(5_000);
        assertThat(b.get("promisedWh").asInt()).isEqualTo(11_000);
        assertThat(b.get("costMicroEuro").asLong()).isEqualTo(2_000_000);
        assertThat(b.get("chargedMicroEuro").asLong()).isEqualTo(2_380_000);
        assertThat(b.get("provider").asInt()).isEqualTo(PROVIDER);
        assertThat(b.get("records").asText()).isEqualTo("0x" + "11".repeat(32));
        var path = new ArrayList<Bytes32>();
        b.get("path").forEach(hash -> path.add(Bytes32.fromHexString(hash.asText())));
        assertThat(MerkleTree.verify(
                        settlement.billsRoot(),
                        b.get("bills").asInt(),
                        b.get("index").asInt(),
                        Bytes.fromHexString(b.get("bytes").asText()),
                        path))
                .isTrue();

        chain.add(
                at(FIRST + 8, 3),
                MemoryChain.log(SETTLEMENT, "TokensClaimed(uint32,address,uint64)", 2, 7, new Address(ALICE), 1));
        bill = call("bill", 7);
        assertThat(bill.get("state").asText()).isEqualTo("CLAIMED");
        assertThat(bill.get("tokensClaimed").asBoolean()).isTrue();
        assertThat(bill.get("compensationClaimed").asBoolean()).isFalse();

        // from its journal, and in another node
        var node = bill.toString();
        followers.getFirst().close();
        methods = follow("node", BillSource.computingWhenAsked());
        assertThat(call("bill", 7)).hasToString(node);
        methods = follow("other", timestep -> timestep == FIRST + 8 ? settlement : null);
        assertThat(call("bill", 7)).hasToString(node);
        // long ago
        chain.add(at(FIRST + 8 + 100 + EVERY, 0));
        refused("bill", -32051, "`chargeproof bill 7` computes it from the chain alone", 7);
    }

    @Test
    void aCallReadsTheBillItself() {
        charge(7, 0);
        end(7, 0);
        long snapshot = chain.head().number();
        chain.add(at(FIRST + 8, 0));
        var settlement = settlement(FIRST + 8, snapshot);
        chain.add(
                at(FIRST + 8, 1),
                IntStream.range(0, 15)
                        .mapToObj(candidate -> posted(settlement, candidate))
                        .toArray(RawLog[]::new));
        var reads = new AtomicInteger();
        var counted = new Settlement(
                settlement.timestep(),
                settlement.snapshotBlock(),
                settlement.valuation(),
                new AbstractList<>() {
                    @Override
                    public Bytes get(int index) {
                        reads.incrementAndGet();
                        return settlement.bills().get(index);
                    }

                    @Override
                    public int size() {
                        return settlement.bills().size();
                    }
                },
                settlement.sums(),
                settlement.tokens());
        methods = follow("other", timestep -> counted);
        var bill = call("bill", 7);
        assertThat(bill.get("posts")).hasSize(15);
        reads.set(0);
        assertThat(call("bill", 7)).isEqualTo(bill);
        // where it is, and what it says
        assertThat(reads).hasValueLessThanOrEqualTo(2);
    }

    @Test
    void aFinalSettlementThatIsNotTheOwnIsSaidSo() {
        charge(7, 0);
        end(7, 0);
        long snapshot = chain.head().number();
        chain.add(at(FIRST + 8, 0));
        var settlement = settlement(FIRST + 8, snapshot);
        var wrong = Bytes32.repeat((byte) 7);
        chain.add(at(FIRST + 8, 1), posted(settlement, 0, wrong), finalized(FIRST + 8, 0));
        var bill = call("bill", 7);
        assertThat(bill.get("state").asText()).isEqualTo("FINAL");
        assertThat(bill.get("posts").get(0).get("verdict").asText()).isEqualTo("MISMATCH");
        assertThat(bill.get("posts").get(0).get("difference").get("posted").asText())
                .isEqualTo(wrong.toHexString());
        assertThat(bill.get("bill").get("proven").asBoolean()).isFalse();
        assertThat(bill.get("bill").get("billsRoot").asText())
                .isEqualTo(settlement.billsRoot().toHexString());
    }

    @Test
    void aSettlementWithoutQuorumLeavesItsSessionsToTheNextOne() {
        charge(7, 0);
        end(7, 0);
        chain.add(at(FIRST + 8, 0));
        assertThat(call("bill", 7).get("settlement").asInt()).isEqualTo(FIRST + 8);
        long snapshot = chain.head().number();
        chain.add(at(FIRST + 13, 5));
        var settlement = settlement(FIRST + 12, snapshot);
        chain.add(at(FIRST + 13, 6), posted(settlement, 0), finalized(FIRST + 12, 0));
        var bill = call("bill", 7);
        assertThat(bill.get("settlement").asInt()).isEqualTo(FIRST + 12);
        assertThat(bill.get("bill").get("proven").asBoolean()).isTrue();
        chain.add(at(FIRST + 16, 0));
        assertThat(call("bill", 7)).isEqualTo(bill);
    }

    @Test
    void aProgramThatCannotBeUsedIsNamedAndStopsNothing() {
        var id = Bytes32.repeat((byte) 9);
        chain.add(at(FIRST, 7), MemoryChain.log(VALUATIONS, "AlgorithmActivated(bytes32,uint32)", 2, id, FIRST + 3));
        charge(7, 0);
        end(7, 0);
        chain.add(at(FIRST + 8, 0));
        var bill = call("bill", 7);
        assertThat(bill.get("state").asText()).isEqualTo("OPEN");
        assertThat(bill.get("bill").isNull()).isTrue();
        assertThat(bill.get("reason").asText()).contains(id.toHexString(), "not stored on chain");
        // what looks like a log of the planner's registry is none
        assertThat(call("verdicts")).isNotEmpty();
    }

    @Test
    void whatHasNoBillSaysWhy() {
        chain.add(at(FIRST, 7), requested(8, 1));
        assertThat(call("bill", 8).get("reason").asText())
                .isEqualTo("no plan has accepted session 8 yet, and it has had no interim power");
        chain.add(at(FIRST, 25), decided(8, false));
        assertThat(call("bill", 8).get("state").asText()).isEqualTo("NONE");
        assertThat(call("bill", 8).get("settlement").isNull()).isTrue();
        refused("bill", -32051, "there is no session 99", 99);
        refused("bill", -32602, "session is missing");
    }

    @Test
    void aChannelFromItsDepositToWhatIsReturned() {
        refused("channel", -32051, "there is no channel from " + PAYER + " to 1", PAYER, 1);
        refused("channel", -32602, "payer is 0x12; it must be an address", "0x12", 1);
        refused("channel", -32602, "payee is 256; it must be from 1 to 255", PAYER, 256);
        openChannel(at(FIRST, 8), 5_000_000);
        var channel = call("channel", PAYER, 1);
        assertThat(channel.get("status").asText()).isEqualTo("OPEN");
        assertThat(channel.get("payeeName").asText()).isEqualTo("Aurora");
        assertThat(channel.get("depositMicroEuro").asLong()).isEqualTo(5_000_000);
        assertThat(channel.get("provider").asInt()).isEqualTo(PROVIDER);
        chain.add(
                at(FIRST + 1, 1),
                channelLog("VoucherAccepted(address,uint8,uint64)", 700_000),
                channelLog("Paid(address,uint8,uint64,uint64)", 600_000, 600_000),
                channelLog("ClosingAnnounced(address,uint8,uint32,uint64)", FIRST + 1, at(FIRST + 673, 1)));
        channel = call("channel", PAYER, 1);
        assertThat(channel.get("status").asText()).isEqualTo("CLOSING");
        assertThat(channel.get("redeemedMicroEuro").asLong()).isEqualTo(600_000);
        assertThat(channel.get("depositMicroEuro").asLong()).isEqualTo(4_400_000);
        assertThat(channel.get("closing").toString())
                .isEqualTo("{\"sinceTimestep\":1001,\"billedByTimestep\":1009,\"untilTimestep\":1673,\"untilSeconds\":"
                        + at(FIRST + 673, 1) + ",\"acceptedMicroEuro\":700000,\"isBeaten\":false}");
        chain.add(
                at(FIRST + 9, 1),
                channelLog("VoucherAccepted(address,uint8,uint64)", 800_000),
                channelLog("Paid(address,uint8,uint64,uint64)", 200_000, 800_000),
                channelLog("ChannelClosed(address,uint8,uint64,uint64)", 800_000, 4_200_000));
        channel = call("channel", PAYER.toUpperCase(Locale.ROOT).replace('X', 'x'), 1);
        assertThat(channel.get("status").asText()).isEqualTo("CLOSED");
        assertThat(channel.get("closing").get("isBeaten").asBoolean()).isTrue();
        assertThat(channel.get("withdrawnMicroEuro").asLong()).isEqualTo(4_200_000);
        assertThat(channel.get("closedBlock").asLong()).isEqualTo(chain.head().number());
    }

    @Test
    void aReputationHasItsCountersAndTheirReasons() {
        charge(7, 0);
        chain.add(at(FIRST + 2, 5), ended(7, 0, FIRST + 2, 1));
        openChannel(at(FIRST + 2, 6), 5_000_000);
        long snapshot = chain.head().number();
        chain.add(at(FIRST + 8, 0));
        var settlement = settlement(FIRST + 8, snapshot);
        chain.add(at(FIRST + 8, 1), posted(settlement, 0), finalized(FIRST + 8, 0));
        var provider = call("reputation", PROVIDER);
        assertThat(provider.get("name").asText()).isEqualTo("Fahrstrom");
        assertThat(provider.get("hasChargePoints").asBoolean()).isFalse();
        var asProvider = provider.get("asProvider");
        assertThat(asProvider.get("sessions").asInt()).isEqualTo(1);
        assertThat(asProvider.get("sessionsBilled").asInt()).isEqualTo(1);
        assertThat(asProvider.get("sessionsItEnded").asInt()).isEqualTo(1);
        assertThat(asProvider.get("owedMicroEuro").asLong()).isEqualTo(2_094_400);
        assertThat(asProvider.get("unpaidMicroEuro").asLong()).isEqualTo(2_094_400);
        assertThat(provider.get("reasons").toString())
                .isEqualTo("[{\"kind\":\"ENDED_BY_PROVIDER\",\"session\":7,\"timestep\":1002,\"microEuro\":null,"
                        + "\"other\":1}]");
        assertThat(call("reputation", 1)
                        .get("asOperator")
                        .get("sessionsWithoutRecords")
                        .asInt())
                .isEqualTo(1);
        chain.add(at(FIRST + 9, 1), channelLog("Paid(address,uint8,uint64,uint64)", 2_000_000, 2_000_000));
        assertThat(call("reputation", PROVIDER)
                        .get("asProvider")
                        .get("unpaidMicroEuro")
                        .asLong())
                .isEqualTo(94_400);
        long later = chain.head().number();
        chain.add(at(FIRST + 680, 0));
        chain.add(at(FIRST + 680, 1), posted(settlement(FIRST + 680, later + 1), 0), finalized(FIRST + 680, 0));
        provider = call("reputation", PROVIDER);
        assertThat(provider.get("asProvider").get("paymentsLate").asInt()).isEqualTo(1);
        assertThat(provider.get("reasons").get(0).toString())
                .isEqualTo("{\"kind\":\"PAYMENT_LATE\",\"session\":null,\"timestep\":1008,\"microEuro\":94400,"
                        + "\"other\":1}");
        refused("reputation", -32051, "no member or provider ever had the id 9", 9);
        chain.add(at(FIRST + 680, 2), MemoryChain.log(MemoryChain.CONSORTIUM, "ProviderExcluded(uint8)", 1, PROVIDER));
        assertThat(call("reputation", PROVIDER).get("isExcluded").asBoolean()).isTrue();
    }

    /** What no contract could write ends bills, and nothing else. */
    @Test
    void aQuarrelAboutBillsStopsNoPlan() {
        chain.add(at(FIRST, 8), MemoryChain.log(SETTLEMENT, "SettlementFinal(uint32,uint8,uint8,uint8)", 1, FIRST + 4));
        refused("bill", -32051, "bills, channels and reputations are given up", 7);
        charge(7, 0);
        assertThat(call("session", 7).get("status").asText()).isEqualTo("ACCEPTED");
    }

    private Methods follow(String node, BillSource bills) {
        var follower = new ChainFollower(
                chain,
                null,
                folder.resolve(node),
                new History(100, 1_000),
                PlanSource.computingAtOnce(),
                bills,
                LogListener::none,
                new CountingMetrics());
        followers.add(follower);
        follower.start();
        return new Methods(() -> follower, "1.2.3");
    }

    /** From its request to a timestep in which it charges. */
    private void charge(int session, int chargePoint) {
        chain.add(at(FIRST, 9), requested(session, chargePoint));
        chain.add(at(FIRST, 25), finalPlan(FIRST + 1));
        chain.add(at(FIRST, 26), decided(session, true));
        chain.add(at(FIRST + 1, 2), meter(FIRST, chargePoint, 100_000, 0));
        chain.add(at(FIRST + 2, 2), meter(FIRST + 1, chargePoint, 104_400, 2));
    }

    private void end(int session, int chargePoint) {
        chain.add(at(FIRST + 2, 5), ended(session, chargePoint, FIRST + 2, 0));
        chain.add(at(FIRST + 3, 2), meter(FIRST + 2, chargePoint, 105_000, 0));
        chain.add(
                at(FIRST + 3, 3),
                MemoryChain.log(
                        METERS,
                        "SessionsRecorded(uint8,bytes)",
                        1,
                        1,
                        new DynamicBytes(Bytes.concatenate(Bytes.ofUnsignedInt(session), Bytes32.repeat((byte) 0x11))
                                .toArray())));
    }

    /** As who reads the chain otherwise computes it. */
    private Settlement settlement(int timestep, long snapshot) {
        var logs = IntStream.rangeClosed(0, (int) snapshot)
                .boxed()
                .flatMap(number -> chain.block(number).logs().stream())
                .toList();
        var linked = logs.stream()
                .flatMap(log -> LogDecoder.decode(log).stream())
                .filter(NetworkLinked.class::isInstance)
                .map(NetworkLinked.class::cast)
                .findFirst()
                .orElseThrow();
        var market = logs.stream()
                .flatMap(log -> LogDecoder.decode(log).stream())
                .filter(MarketLinked.class::isInstance)
                .map(MarketLinked.class::cast)
                .findFirst()
                .orElseThrow();
        var fold = new Fold(linked.parameters(), market);
        logs.forEach(fold::apply);
        return Settlement.compute(fold.billing(), timestep, snapshot, new ThisProgram());
    }

    private record ThisProgram() implements PlanningAlgorithm {
        @Override
        public Bytes32 id() {
            return PlannerJar.idOfBills();
        }

        @Override
        public int inputVersion() {
            return 1;
        }

        @Override
        public List<byte[]> plan(List<byte[]> inputs) {
            return inputs.stream().map(Algorithm::run).toList();
        }
    }

    private static RawLog posted(Settlement s, int candidate) {
        return posted(s, candidate, s.billsRoot());
    }

    private static RawLog posted(Settlement s, int candidate, Bytes32 root) {
        return MemoryChain.log(
                SETTLEMENT,
                "SettlementPosted(uint32,uint8,uint8,uint64,bytes32,bytes32,uint32,uint64,bytes)",
                2,
                s.timestep(),
                1,
                candidate,
                s.snapshotBlock(),
                s.valuation(),
                root,
                s.bills().size(),
                s.tokens(),
                new DynamicBytes(s.sums().toArray()));
    }

    private static RawLog attested(int timestep, int candidate) {
        return MemoryChain.log(SETTLEMENT, "SettlementAttested(uint32,uint8,uint8)", 2, timestep, 1, candidate);
    }

    private static RawLog finalized(int timestep, int candidate) {
        return MemoryChain.log(SETTLEMENT, "SettlementFinal(uint32,uint8,uint8,uint8)", 1, timestep, candidate, 1, 1);
    }

    private void openChannel(long seconds, long depositMicroEuro) {
        chain.add(
                seconds,
                MemoryChain.log(
                        CHANNELS,
                        "ChannelOpened(address,uint8,address,uint8,uint32)",
                        2,
                        new Address(PAYER),
                        1,
                        address(19),
                        PROVIDER,
                        0),
                channelLog("Deposited(address,uint8,uint64)", depositMicroEuro));
    }

    private static RawLog channelLog(String signature, long... fields) {
        var all = new ArrayList<Object>(List.of(new Address(PAYER), 1));
        for (long field : fields) {
            all.add(field);
        }
        return MemoryChain.log(CHANNELS, signature, 2, all.toArray());
    }

    private void refused(String method, int code, String message, Object... params) {
        assertThatThrownBy(() -> call(method, params))
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        RpcException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private JsonNode call(String method, Object... params) {
        long deadline = System.nanoTime() + 60_000_000_000L;
        var follower = followers.getLast();
        while (follower.lagBlocks() > 0 || follower.tracker().isEmpty()) {
            assertThat(System.nanoTime()).as("followed within 60 s").isLessThan(deadline);
            follower.onBlock();
            Thread.onSpinWait();
        }
        JsonNode answer = JSON.valueToTree(methods.byName().get(method).call(params));
        OpenRpc.check(method, answer);
        return answer;
    }

    private static Address address(int n) {
        return new Address(MemoryChain.address(n));
    }

    private static long at(int timestep, int second) {
        return (long) timestep * SECONDS + second;
    }

    private static RawLog requested(int session, int chargePoint) {
        return MemoryChain.log(
                MemoryChain.CHARGING,
                "ChargingRequested(uint32,uint32,address,uint8,uint32,uint32,uint32,uint32,bool,uint32,uint32)",
                3,
                session,
                chargePoint,
                new Address(ALICE),
                PROVIDER,
                11_000,
                5_500,
                FIRST + 1,
                FIRST + 6,
                true,
                FIRST + 1,
                FIRST);
    }

    private static RawLog decided(int session, boolean accepted) {
        return MemoryChain.log(
                MemoryChain.CHARGING,
                "RequestDecided(uint32,uint32,bool,uint32,uint32,uint32)",
                2,
                session,
                FIRST + 1,
                accepted,
                0,
                0,
                0);
    }

    private static RawLog ended(int session, int chargePoint, int timestep, int by) {
        return MemoryChain.log(
                MemoryChain.CHARGING,
                "SessionEnded(uint32,uint32,uint32,uint8)",
                2,
                session,
                chargePoint,
                timestep,
                by);
    }

    private static RawLog meter(int timestep, int chargePoint, long registerWh, int status) {
        return MemoryChain.log(
                MemoryChain.CHARGING,
                "MetersReported(uint8,uint32,bytes)",
                2,
                1,
                timestep,
                Bytes.concatenate(
                        Bytes.ofUnsignedInt(chargePoint),
                        Bytes.ofUnsignedLong(registerWh),
                        Bytes.ofUnsignedInt(0),
                        Bytes.of(status)));
    }

    private static RawLog[] finalPlan(int timestep) {
        return new RawLog[] {
            MemoryChain.log(
                    MemoryChain.PLANS,
                    "PlanPosted(uint32,uint8,uint8,uint64,bytes32,bytes32,bytes32,bytes32,bytes,bytes)",
                    2,
                    timestep,
                    1,
                    0,
                    5,
                    Bytes32.ZERO,
                    Bytes32.ZERO,
                    Bytes32.ZERO,
                    Bytes32.ZERO,
                    new DynamicBytes(
                            Bytes.fromHexString("0x11f90001" + "0".repeat(56)).toArray()),
                    Bytes.EMPTY),
            MemoryChain.log(MemoryChain.PLANS, "PlanAttested(uint32,uint8,uint8)", 2, timestep, 1, 0),
            MemoryChain.log(MemoryChain.PLANS, "PlanFinal(uint32,uint8,uint8,uint8)", 1, timestep, 0, 1, 1)
        };
    }
}
