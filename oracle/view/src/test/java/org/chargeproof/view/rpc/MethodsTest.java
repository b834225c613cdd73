package org.chargeproof.view.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.RawLog;
import org.chargeproof.view.follow.ChainFollower;
import org.chargeproof.view.follow.CountingMetrics;
import org.chargeproof.view.follow.History;
import org.chargeproof.view.follow.LogListener;
import org.chargeproof.view.follow.MemoryChain;
import org.chargeproof.view.verify.PlanSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.generated.Int32;

/** What app backends are told, of a small network whose every log is written here. */
class MethodsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FIRST = 1_000;
    private static final int SECONDS = 30;
    private static final String ALICE = "0x" + "a1".repeat(20);

    @TempDir
    private Path folder;

    private final MemoryChain chain = new MemoryChain(FIRST * SECONDS);
    private ChainFollower follower;
    private Methods methods;

    @BeforeEach
    void start() {
        chain.add(at(FIRST, 1));
        chain.add(at(FIRST, 2), MemoryChain.linked(MemoryChain.CONSORTIUM, "chargeproof/7", 1, FIRST, SECONDS));
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
                            "ChargePointLocated(uint32,int32,int32,uint8)",
                            1,
                            i,
                            599_000_000,
                            new Int32(-5_000_000),
                            33),
                    priced(i, 4_000, 1_900, FIRST));
        }
        follower = new ChainFollower(
                chain,
                null,
                folder,
                new History(100, 1_000),
                PlanSource.computingAtOnce(),
                LogListener::none,
                new CountingMetrics());
        methods = new Methods(() -> follower, "1.2.3");
        follower.start();
    }

    @AfterEach
    void stop() {
        follower.close();
    }

    @Test
    void aSessionFromRequestToReceipt() {
        chain.add(at(FIRST, 6), requested(7, 0, 11_000, FIRST + 5));
        assertThat(call("session", 7).get("status").asText()).isEqualTo("REQUESTED");
        assertThat(call("session", 7).get("promisedWh").asInt()).isZero();
        assertThat(call("chargePoints").findValuesAsText("available")).containsExactly("false", "true");
        chain.add(at(FIRST, 25), finalPlan(FIRST + 1, "11f9", "0001"));
        chain.add(
                at(FIRST, 25),
                MemoryChain.log(
                        MemoryChain.CHARGING,
                        "RequestDecided(uint32,uint32,bool,uint32,uint32,uint32)",
                        2,
                        7,
                        FIRST + 1,
                        true,
                        0,
                        0,
                        0));
        chain.add(at(FIRST + 1, 2), meter(FIRST, 0, 100_000, 0, 0));
        var progress = call("session", 7);
        assertThat(progress.get("powerW").asInt()).isEqualTo(18_400);
        assertThat(progress.get("timestepsLeft").asInt()).isEqualTo(4);
        chain.add(at(FIRST + 2, 2), meter(FIRST + 1, 0, 104_400, 17_600, 2));
        progress = call("session", 7);
        assertThat(progress.get("deliveredWh").asInt()).isEqualTo(4_400);
        assertThat(progress.get("progressPercent").asDouble()).isEqualTo(40.0);
        assertThat(progress.get("livePowerW").asInt()).isEqualTo(17_600);
        // timestep FIRST + 2 has no final plan: the share of what is always free
        assertThat(progress.get("powerW").asInt()).isEqualTo(15_000);
        chain.add(
                at(FIRST + 2, 5),
                MemoryChain.log(
                        MemoryChain.CHARGING, "SessionEnded(uint32,uint32,uint32,uint8)", 2, 7, 0, FIRST + 2, 0));
        var receipt = call("receipt", 7);
        assertThat(receipt.get("provider").asInt()).isEqualTo(61);
        assertThat(receipt.get("costMicroEuro").asLong()).isEqualTo(1_760_000);
        assertThat(receipt.get("marginMicroEuro").asLong()).isZero();
        assertThat(receipt.get("owedMicroEuro").asLong()).isEqualTo(2_094_400);
        assertThat(receipt.get("chargedMicroEuro").asLong()).isEqualTo(2_094_400);
        assertThat(receipt.get("timesteps").findValuesAsText("setpointW")).containsExactly("18400", "15000");
        assertThat(receipt.get("timesteps").findValuesAsText("source")).containsExactly("PLAN", "FALLBACK");
        assertThat(receipt.get("timesteps").findValuesAsText("curtailed")).containsExactly("true", "true");
        assertThat(receipt.get("status").asText()).isEqualTo("ENDED");
        assertThat(call("greenShare").get("meteredWh").asLong()).isEqualTo(4_400);
        assertThat(call("greenShare", null, null, Map.of("operator", 2))
                        .get("meteredWh")
                        .asLong())
                .isZero();
    }

    @Test
    void aSessionKeepsThePriceAndTheMarginOfItsRequest() {
        chain.add(at(FIRST, 6), priced(0, 3_333, 2_100, FIRST + 2), margined(61, 77, FIRST + 2));
        var point = call("chargePoints").get("chargePoints").get(0);
        assertThat(point.get("pricePerKWhE4").asInt()).isEqualTo(4_000);
        assertThat(point.get("vatE4").asInt()).isEqualTo(1_900);
        assertThat(point.get("nextPrice").toString())
                .isEqualTo("{\"pricePerKWhE4\":3333,\"vatE4\":2100,\"fromTimestep\":1002,\"fromSeconds\":"
                        + at(FIRST + 2, 0) + "}");
        assertThat(call("chargePoints")
                        .get("chargePoints")
                        .get(1)
                        .get("nextPrice")
                        .isNull())
                .isTrue();
        // the last second of a timestep, behind its gate, still has its price
        chain.add(at(FIRST + 1, SECONDS - 1), requested(7, 0, 11_000, FIRST + 3, FIRST + 5, FIRST + 1));
        chain.add(at(FIRST + 2, 0), requested(8, 1, 11_000, FIRST + 4, FIRST + 5, FIRST + 2));
        assertThat(call("session", 7).get("pricePerKWhE4").asInt()).isEqualTo(4_000);
        assertThat(call("session", 7).get("vatE4").asInt()).isEqualTo(1_900);
        assertThat(call("session", 7).get("marginPerKWhE4").asInt()).isZero();
        assertThat(call("session", 8).get("pricePerKWhE4").asInt()).isEqualTo(4_000);
        assertThat(call("session", 8).get("marginPerKWhE4").asInt()).isEqualTo(77);
        point = call("chargePoints").get("chargePoints").get(0);
        assertThat(point.get("pricePerKWhE4").asInt()).isEqualTo(3_333);
        assertThat(point.get("nextPrice").isNull()).isTrue();
    }

    @Test
    void theNetworkHasWhatBillsAndPaysAndItsProviders() {
        assertThat(call("network").get("market").isNull()).isTrue();
        chain.add(
                at(FIRST, 6),
                MemoryChain.log(
                        MemoryChain.CONSORTIUM,
                        "MarketLinked(address,address,address,address,address,address,uint16,uint16,uint32,uint32)",
                        0,
                        address(1),
                        address(2),
                        address(3),
                        address(4),
                        address(5),
                        address(6),
                        4,
                        8,
                        1_000,
                        4_294_967_295L),
                MemoryChain.log(
                        MemoryChain.CONSORTIUM,
                        "ProviderAdmitted(uint8,string,address,address)",
                        1,
                        61,
                        "Fahrstrom",
                        address(7),
                        address(8)));
        var market = call("network").get("market");
        assertThat(market.get("valuations").asText()).isEqualTo(address(6).toString());
        assertThat(market.get("graceTimesteps").asInt()).isEqualTo(8);
        assertThat(market.get("kappaE6").asLong()).isEqualTo(4_294_967_295L);
        chain.add(
                at(FIRST, 7), MemoryChain.log(MemoryChain.CONSORTIUM, "DeskChanged(uint8,address)", 1, 61, address(9)));
        var provider = call("network").get("providers").get(0);
        assertThat(provider.get("name").asText()).isEqualTo("Fahrstrom");
        assertThat(provider.get("owner").asText()).isEqualTo(address(7).toString());
        assertThat(provider.get("desk").asText()).isEqualTo(address(9).toString());
        chain.add(at(FIRST, 8), MemoryChain.log(MemoryChain.CONSORTIUM, "ProviderExcluded(uint8)", 1, 61));
        assertThat(call("network").get("providers")).isEmpty();
    }

    @Test
    void aRefusedRequestHasItsOffer() {
        chain.add(at(FIRST, 6), requested(7, 1, 11_000, FIRST + 2));
        chain.add(
                at(FIRST, 25),
                MemoryChain.log(
                        MemoryChain.CHARGING,
                        "RequestDecided(uint32,uint32,bool,uint32,uint32,uint32)",
                        2,
                        7,
                        FIRST + 1,
                        false,
                        5_500,
                        FIRST + 3,
                        9_000));
        var session = call("session", 7);
        assertThat(session.get("status").asText()).isEqualTo("REFUSED");
        assertThat(session.get("offer").toString())
                .isEqualTo("{\"energyWh\":5500,\"departureTimestep\":1003,\"powerW\":9000}");
        assertThat(call("receipt", 7).get("timesteps")).isEmpty();
    }

    @Test
    void aReservationThatIsPromisedLess() {
        chain.add(at(FIRST, 6), requested(7, 0, 10_000, FIRST + 3, FIRST + 6));
        chain.add(at(FIRST, 25), finalPlan(FIRST + 1, "0001", "0001"));
        chain.add(
                at(FIRST, 25),
                MemoryChain.log(
                        MemoryChain.CHARGING,
                        "RequestDecided(uint32,uint32,bool,uint32,uint32,uint32)",
                        2,
                        7,
                        FIRST + 1,
                        true,
                        8_000,
                        0,
                        0));
        chain.add(at(FIRST + 1, 2), meter(FIRST, 0, 100_000, 0, 7));
        chain.add(at(FIRST + 2, 2), meter(FIRST + 1, 0, 100_000, 0, 7));
        var session = call("session", 7);
        assertThat(session.get("status").asText()).isEqualTo("ACCEPTED");
        assertThat(session.get("wantedWh").asInt()).isEqualTo(10_000);
        assertThat(session.get("leastEnergyWh").asInt()).isEqualTo(5_000);
        assertThat(session.get("promisedWh").asInt()).isEqualTo(8_000);
        assertThat(session.get("firstTimestep").asInt()).isEqualTo(FIRST + 1);
        assertThat(session.get("arrivalTimestep").asInt()).isEqualTo(FIRST + 3);
        assertThat(session.get("arrivalSeconds").asLong()).isEqualTo(at(FIRST + 3, 0));
        // the share of what is always free is for cars that are there
        assertThat(session.get("powerW").asInt()).isZero();
        assertThat(session.get("offer").isNull()).isTrue();
        assertThat(call("receipt", 7).get("timesteps")).isEmpty();
        chain.add(at(FIRST + 4, 2), meter(FIRST + 3, 0, 102_000, 8_000, 2));
        assertThat(call("session", 7).get("progressPercent").asDouble()).isEqualTo(25.0);
        var receipt = call("receipt", 7);
        assertThat(receipt.get("promisedWh").asInt()).isEqualTo(8_000);
        assertThat(receipt.get("timesteps").findValuesAsText("timestep"))
                .containsExactly(Integer.toString(FIRST + 3), Integer.toString(FIRST + 4));
    }

    /** Timestep FIRST + 1 has no final plan, and somebody changes everything that its fallbacks follow from. */
    @Test
    void aFallbackStaysWhatItWasWhenItsTimestepBegan() {
        chain.add(at(FIRST + 1, 0));
        assertThat(setpointW(0)).isEqualTo(15_000);
        chain.add(
                at(FIRST + 1, 3),
                MemoryChain.log(MemoryChain.ASSETS, "GroupLimitChanged(uint32,uint32)", 1, 0, 12_000),
                registered(2, 22_000));
        chain.add(at(FIRST + 1, 6), MemoryChain.log(MemoryChain.ASSETS, "ChargePointRemoved(uint32)", 1, 1));
        assertThat(setpointW(0)).isEqualTo(15_000);
        assertThat(setpointW(1)).isZero();
        assertThat(setpointW(2)).isZero();
        chain.add(at(FIRST + 2, 0));
        assertThat(setpointW(0)).isEqualTo(1_000);
        assertThat(setpointW(1)).isZero();
        assertThat(setpointW(2)).isEqualTo(1_000);
        // the id of the one that was removed is given again
        chain.add(at(FIRST + 3, 1), registered(1, 4_000));
        assertThat(setpointW(1)).isZero();
        assertThat(call("chargePoints").findValuesAsText("ratedPowerW")).containsExactly("22000", "4000", "22000");
        chain.add(at(FIRST + 4, 2));
        assertThat(setpointW(1)).isEqualTo(2_000 * 4 / 48);
    }

    private int setpointW(int chargePoint) {
        return call("setpoints", chargePoint)
                .get("setpoints")
                .get(0)
                .get("powerW")
                .asInt();
    }

    private static RawLog registered(int chargePoint, int ratedPowerW) {
        return MemoryChain.log(
                MemoryChain.ASSETS,
                "ChargePointRegistered(uint32,uint32,uint8,uint32,uint32,string)",
                3,
                chargePoint,
                0,
                1,
                ratedPowerW,
                0,
                "NO*AUR*E" + chargePoint);
    }

    @Test
    void aGroupsTimestepsAreWhatWasPlannedMeasuredAndExpected() {
        chain.add(
                at(FIRST, 6),
                MemoryChain.log(
                        MemoryChain.CHARGING,
                        "ForecastPublished(uint32,uint32,bytes)",
                        2,
                        0,
                        FIRST + 4,
                        Bytes.fromHexString("0x000003e8000007d0000001f401" + "000003e9000007d1000001f501")));
        chain.add(at(FIRST, 25), finalPlan(FIRST + 1, "11f9", "0001"));
        chain.add(at(FIRST + 1, 2), meter(FIRST, 0, 100_000, 0, 0), meter(FIRST, 1, 50_000, 0, 0));
        chain.add(
                at(FIRST + 2, 2),
                MemoryChain.log(MemoryChain.ASSETS, "GroupLimitChanged(uint32,uint32)", 1, 0, 30_000),
                MemoryChain.log(
                        MemoryChain.CHARGING,
                        "GroupReported(uint32,uint32,uint32,uint32,uint32)",
                        2,
                        0,
                        FIRST + 1,
                        1_200,
                        300,
                        0),
                meter(FIRST + 1, 0, 104_400, 17_600, 2));
        // a report was left out, and no block fell into a timestep
        chain.add(at(FIRST + 4, 2), meter(FIRST + 3, 0, 106_401, 0, 0), meter(FIRST + 3, 1, 50_003, 0, 0));

        var told = call("groupTimesteps", 0, FIRST, 6);
        assertThat(told.get("timestep").asInt()).isEqualTo(FIRST + 4);
        var timesteps = told.get("timesteps");
        assertThat(timesteps.findValuesAsText("timestep")).containsExactly("1001", "1002", "1003", "1004", "1005");
        assertThat(timesteps.findValuesAsText("outcome"))
                .containsExactly("FINAL", "FALLBACK", "FALLBACK", "FALLBACK", "OPEN");
        // a limit counts from the next timestep on
        assertThat(timesteps.findValuesAsText("limitW")).containsExactly("40000", "40000", "null", "30000", "30000");
        assertThat(timesteps.findValuesAsText("setpointW")).containsExactly("18400", "30000", "null", "20000", "null");
        assertThat(timesteps.findValuesAsText("energyWh")).containsExactly("4401", "1001", "1002", "null", "null");
        assertThat(timesteps.findValuesAsText("meters")).containsExactly("2", "2", "2", "0", "0");
        assertThat(timesteps.findValuesAsText("loadWh")).containsExactly("1200", "null", "null", "null", "null");
        assertThat(timesteps.findValuesAsText("pvWh")).containsExactly("300", "null", "null", "null", "null");
        assertThat(timesteps.findValuesAsText("expectedLoadWh"))
                .containsExactly("null", "null", "null", "1000", "1001");
        assertThat(timesteps.findValuesAsText("reservedLoadWh"))
                .containsExactly("null", "null", "null", "2000", "2001");
        assertThat(timesteps.findValuesAsText("expectedPvWh")).containsExactly("null", "null", "null", "500", "501");
        assertThat(call("groupTimesteps", 0).get("timesteps").findValuesAsText("timestep"))
                .containsExactly("1001", "1002", "1003", "1004", "1005");
    }

    @Test
    void groupsAreThoseThatThereAre() {
        var all = call("groups");
        assertThat(all.get("total").asInt()).isEqualTo(1);
        assertThat(all.get("next").isNull()).isTrue();
        assertThat(all.get("groups").get(0).toString())
                .isEqualTo(
                        "{\"group\":0,\"operator\":1,\"operatorName\":\"Aurora\",\"operators\":[1],\"chargePoints\":[0,1],"
                                + "\"ratedPowerW\":44000,\"capacityW\":40000,\"limitW\":40000,\"otherEquipmentMaxW\":10000,"
                                + "\"policy\":\"EARLIEST_TO_PEAK\",\"policyPercent\":200,\"peakPercent\":200,\"pacePercent\":100,\"paceStays\":0}");
        assertThat(call("groups", Map.of("operator", 1)).get("total").asInt()).isEqualTo(1);
        assertThat(call("groups", Map.of("operator", 2)).get("groups")).isEmpty();
        refused("groupTimesteps", -32051, "there is no group 7, or not any more", 7);
        refused("groupTimesteps", -32602, "count is 5000; it must be from 1 to 1000", 0, 0, 5_000);
        chain.add(
                at(FIRST, 6),
                MemoryChain.log(MemoryChain.ASSETS, "ChargePointRemoved(uint32)", 1, 0),
                MemoryChain.log(MemoryChain.ASSETS, "ChargePointRemoved(uint32)", 1, 1),
                MemoryChain.log(MemoryChain.ASSETS, "GroupRemoved(uint32)", 1, 0));
        chain.add(at(FIRST + 1, 1));
        assertThat(call("groups").get("groups")).isEmpty();
        refused("groupTimesteps", -32051, "there is no group 0, or not any more", 0);
    }

    @Test
    void eventsComeFromASequenceNumberOn() {
        chain.add(at(FIRST, 20));
        chain.add(at(FIRST + 1, 0));
        chain.add(at(FIRST + 2, 29));
        var all = call("events");
        assertThat(all.get("events").findValuesAsText("sequence")).containsExactly("0", "1", "2", "3", "4");
        assertThat(all.get("nextSequence").asLong()).isEqualTo(5);
        var some = call("events", 1, 2);
        assertThat(some.get("events").findValuesAsText("kind")).containsExactly("TIMESTEP_STARTED", "GATE_CLOSED");
        assertThat(some.get("nextSequence").asLong()).isEqualTo(3);
        assertThat(call("events", "0x5").get("events")).isEmpty();
        assertThat(call("events", 9).get("nextSequence").asLong()).isEqualTo(9);
        assertThat(call("timestep").get("gateClosed").asBoolean()).isTrue();
        assertThat(call("timestep").get("nextTimestepWithRequests").asInt()).isEqualTo(FIRST + 4);
    }

    @Test
    void chargePointsComeInPages() {
        var first = call("chargePoints", Map.of("count", 1));
        assertThat(first.get("total").asInt()).isEqualTo(2);
        assertThat(first.get("next").asInt()).isEqualTo(1);
        var point = first.get("chargePoints").get(0);
        assertThat(point.get("latitude").asDouble()).isEqualTo(59.9);
        assertThat(point.get("longitude").asDouble()).isEqualTo(-0.5);
        assertThat(point.get("ratedPowerW").asInt()).isEqualTo(22_000);
        assertThat(point.get("minPowerW").asInt()).isEqualTo(4_140);
        assertThat(point.get("pricePerKWhE4").asInt()).isEqualTo(4_000);
        assertThat(point.get("operatorName").asText()).isEqualTo("Aurora");
        var second = call("chargePoints", Map.of("count", 1, "from", 1));
        assertThat(second.get("next").isNull()).isTrue();
        assertThat(second.get("chargePoints").get(0).get("evseId").asText()).isEqualTo("NO*AUR*E1");
    }

    @Test
    void aPostThatCannotBeComputedAgainIsSaidSo() {
        chain.add(at(FIRST, 25), finalPlan(FIRST + 1, "0001", "0001"));
        var verdict = call("verdict", FIRST + 1);
        assertThat(verdict.get("outcome").asText()).isEqualTo("FINAL");
        assertThat(verdict.get("posts").get(0).get("verdict").asText()).isEqualTo("UNVERIFIED");
        assertThat(verdict.get("posts").get(0).get("reason").asText()).contains("no plan was possible");
        assertThat(call("verdicts").size()).isEqualTo(1);
        assertThat(call("status").get("unverified").asInt()).isEqualTo(1);
    }

    @Test
    void badParametersAreRefusedWithTheRemedy() {
        refused("setpoints", -32602, "chargePoint is missing");
        refused("setpoints", -32602, "chargePoint is x; it must be a whole number", "x");
        refused("setpoints", -32602, "chargePoint is 1.5; it must be a whole number", 1.5);
        refused("setpoints", -32602, "count is 5000; it must be from 1 to 1000", 0, 1, 5_000);
        refused("session", -32602, "there are 2 parameters; the most is 1: session", 1, 2);
        refused("chargePoints", -32602, "there is no option 'near'; there is operator, group", Map.of("near", 1));
        refused("chargePoints", -32602, "available is yes; it must be true or false", Map.of("available", "yes"));
        refused("chargePoints", -32602, "filter is 5; it must be an object", 5);
        refused("setpoints", -32051, "there is no charge point 99; there are 2", 99);
        refused("session", -32051, "there is no session 99", 99);
        refused("verdict", -32051, "nothing is known of a plan for timestep 5", 5);
        refused("plan", -32051, "there is no plan for timestep 1000", 0);
        refused("planProof", -32602, "group is missing", FIRST);
        refused("planProof", -32602, "group is -1; it must be from 0 to 2147483647", FIRST, -1);
        refused("planProof", -32051, "there is no plan for timestep 1000", FIRST, 0);
    }

    @Test
    void beforeTheNetworkIsThereCallsSaySo() {
        var early = new Methods(() -> null, "1.2.3");
        assertThatThrownBy(() -> early.byName().get("network").call(new Object[0]))
                .isInstanceOfSatisfying(
                        RpcException.class, e -> assertThat(e.code()).isEqualTo(-32050));
        assertThat(early.byName().get("status").call(new Object[0])).isNotNull();
    }

    @Test
    void theOpenRpcDocumentDescribesEveryMethodAndItsParameters() {
        var document = (JsonNode) methods.byName().get("discover").call(new Object[0]);
        var described = new LinkedHashMap<String, List<String>>();
        document.get("methods")
                .forEach(m ->
                        described.put(m.get("name").asText(), m.get("params").findValuesAsText("name")));
        assertThat(new TreeSet<>(described.keySet()))
                .isEqualTo(new TreeSet<>(methods.byName().keySet().stream()
                        .map(name -> "charge_" + name)
                        .toList()));
        var tooMany = new Object[9];
        described.forEach((name, parameters) -> {
            String said = parameters.isEmpty() ? "the most is 0" : ": " + String.join(", ", parameters);
            assertThatThrownBy(() -> methods.byName()
                            .get(name.substring("charge_".length()))
                            .call(tooMany))
                    .hasMessageEndingWith(said.startsWith(":") ? said : "")
                    .hasMessageContaining("the most is " + parameters.size());
        });
    }

    private void refused(String method, int code, String message, Object... params) {
        assertThatThrownBy(() -> call(method, params))
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        RpcException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private JsonNode call(String method, Object... params) {
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

    private static Address address(int n) {
        return new Address("0x" + "0".repeat(38) + n);
    }

    private static long at(int timestep, int second) {
        return (long) timestep * SECONDS + second;
    }

    /** Takes no less than half of it. */
    private static RawLog requested(int session, int chargePoint, int energyWh, int departure) {
        return requested(session, chargePoint, energyWh, FIRST + 1, departure);
    }

    private static RawLog requested(int session, int chargePoint, int energyWh, int arrival, int departure) {
        return requested(session, chargePoint, energyWh, arrival, departure, FIRST);
    }

    private static RawLog requested(
            int session, int chargePoint, int energyWh, int arrival, int departure, int timestep) {
        return MemoryChain.log(
                MemoryChain.CHARGING,
                "ChargingRequested(uint32,uint32,address,uint8,uint32,uint32,uint32,uint32,bool,uint32,uint32)",
                3,
                session,
                chargePoint,
                new Address(ALICE),
                61,
                energyWh,
                energyWh / 2,
                arrival,
                departure,
                true,
                FIRST + 1,
                timestep);
    }

    private static RawLog priced(int chargePoint, int pricePerKWhE4, int vatE4, int fromTimestep) {
        return MemoryChain.log(
                MemoryChain.ASSETS,
                "ChargePointPriced(uint32,uint32,uint16,uint32,uint32)",
                1,
                chargePoint,
                pricePerKWhE4,
                vatE4,
                fromTimestep,
                FIRST);
    }

    private static RawLog margined(int provider, int marginPerKWhE4, int fromTimestep) {
        return MemoryChain.log(
                MemoryChain.ASSETS,
                "MarginChanged(uint8,uint32,uint32,uint32)",
                1,
                provider,
                marginPerKWhE4,
                fromTimestep,
                FIRST);
    }

    private static RawLog meter(int timestep, int chargePoint, long registerWh, int livePowerW, int status) {
        return MemoryChain.log(
                MemoryChain.CHARGING,
                "MetersReported(uint8,uint32,bytes)",
                2,
                1,
                timestep,
                Bytes.concatenate(
                        Bytes.ofUnsignedInt(chargePoint),
                        Bytes.ofUnsignedLong(registerWh),
                        Bytes.ofUnsignedInt(livePowerW),
                        Bytes.of(status)));
    }

    private static RawLog[] finalPlan(int timestep, String... setpoints) {
        String packed = String.join("", setpoints);
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
                    new DynamicBytes(Bytes.fromHexString("0x" + packed + "0".repeat(64 - packed.length()))
                            .toArray()),
                    Bytes.EMPTY),
            MemoryChain.log(MemoryChain.PLANS, "PlanAttested(uint32,uint8,uint8)", 2, timestep, 1, 0),
            MemoryChain.log(MemoryChain.PLANS, "PlanFinal(uint32,uint8,uint8,uint8)", 1, timestep, 0, 1, 1)
        };
    }
}
