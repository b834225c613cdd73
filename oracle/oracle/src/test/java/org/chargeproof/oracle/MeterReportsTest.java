package org.chargeproof.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.contracts.Charging;
import org.chargeproof.oracle.backend.ChargePointFeed;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.protocol.http.HttpService;
import org.web3j.tx.ReadonlyTransactionManager;
import org.web3j.tx.gas.StaticGasProvider;

/** Registers go on over sessions, and a session ends with its own car. */
class MeterReportsTest {
    private static final int FIRST = 1_978_080;
    private static final int POINT = 0;
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 6, 4, 2, 3);
    private static final Bytes ORACLE = Bytes.fromHexString("0x" + "%040x".formatted(11));

    @TempDir
    private Path folder;

    private final LedgerState state = new LedgerState();
    private final Feed feed = new Feed();
    private final Sent sent = new Sent();
    private final Map<Integer, Map<Integer, Long>> metered = new LinkedHashMap<>();
    private OracleStore store;
    private MeterReports reports;

    @BeforeEach
    void begin() {
        state.apply(new LedgerEvent.OperatorAdmitted(
                1,
                "One",
                Bytes.fromHexString("0x" + "%040x".formatted(1)),
                ORACLE,
                Bytes.fromHexString("0x" + "%040x".formatted(21))));
        state.apply(new LedgerEvent.GroupRegistered(0, 1, 44_000, 0, 1, 200));
        state.apply(new LedgerEvent.ChargePointRegistered(POINT, 0, 1, 22_000, 4_140, "DE*ABC*E1"));
        store = OracleStore.open(folder.resolve("data"), "a network");
        start();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void registersGoOnOverSessionsAndRestarts() {
        tell("A", FIRST, 1_000, FIRST + 1, false);
        assertThat(registerAt(FIRST + 1)).isEqualTo(1_000);
        tell("A", FIRST, 3_000, FIRST + 2, true);
        assertThat(registerAt(FIRST + 2)).isEqualTo(3_000);
        start();
        tell("B", FIRST + 2, 500, FIRST + 3, false);
        assertThat(registerAt(FIRST + 3)).isEqualTo(3_500);
        // what is told again, or less than before, changes nothing
        tell("B", FIRST + 2, 200, FIRST + 4, false);
        assertThat(registerAt(FIRST + 4)).isEqualTo(3_500);
        assertThat(metered.get(FIRST + 3)).containsEntry(POINT, 0L);
    }

    @Test
    void aLostStoreCountsNothingTwice() {
        tell("A", FIRST, 4_000, FIRST + 1, false);
        assertThat(registerAt(FIRST + 1)).isEqualTo(4_000);
        state.apply(new LedgerEvent.MetersReported(1, FIRST, List.of(new LedgerEvent.MeterEntry(POINT, 4_000, 0, 2))));
        store.close();
        store = OracleStore.open(folder.resolve("other"), "a network");
        start();
        tell("A", FIRST, 5_000, FIRST + 2, false);
        assertThat(registerAt(FIRST + 2)).as("what came between is not known").isEqualTo(4_000);
        tell("A", FIRST, 6_000, FIRST + 3, false);
        assertThat(registerAt(FIRST + 3)).isEqualTo(5_000);
    }

    @Test
    void whatNoChargePointCanGiveIsNotReported() {
        tell("A", FIRST, 1_000, FIRST + 1, false);
        assertThat(registerAt(FIRST + 1)).isEqualTo(1_000);
        tell("A", FIRST, 900_000_000, FIRST + 2, false);
        assertThat(registerAt(FIRST + 2)).isEqualTo(1_000);
        tell("A", FIRST, 6_000, FIRST + 3, false);
        assertThat(registerAt(FIRST + 3)).isEqualTo(6_000);
    }

    @Test
    void oneThatBeginsWithAnotherCountsOnce() {
        tell("A", FIRST, 5_000, FIRST + 1, true, "B", FIRST, 5_000, FIRST + 1, false);
        assertThat(registerAt(FIRST + 1)).isEqualTo(5_000);
        assertThat(registerAt(FIRST + 2)).isEqualTo(5_000);
        tell("A", FIRST, 5_000, FIRST + 1, true, "B", FIRST, 6_000, FIRST + 3, false);
        assertThat(registerAt(FIRST + 3)).isEqualTo(6_000);
    }

    @Test
    void whatIsToldAfterHoursOfSilenceCounts() {
        tell("A", FIRST, 5_000, FIRST + 1, false);
        assertThat(registerAt(FIRST + 1)).isEqualTo(5_000);
        for (int t = FIRST + 2; t < FIRST + 20; t++) {
            assertThat(registerAt(t)).isEqualTo(5_000);
        }
        tell("A", FIRST, 95_000, FIRST + 20, false);
        assertThat(registerAt(FIRST + 20)).isEqualTo(95_000);
    }

    @Test
    void aClockThatIsAheadKeepsNoLaterSessionOut() {
        feed.sessions = List.of(new ChargePointFeed.Told("A", PARAMETERS.startOf(FIRST + 9_000), 0, 0, true));
        assertThat(registerAt(FIRST + 1)).isZero();
        tell("B", FIRST + 2, 700, FIRST + 3, false);
        assertThat(registerAt(FIRST + 3)).isEqualTo(700);
    }

    @Test
    void afterAStartTheCarBeforeEndsItsOwnSession() {
        request(1, FIRST + 1);
        start();
        tell("A", FIRST, 2_000, FIRST + 3, true, "B", FIRST + 3, 0, FIRST + 3, false);
        act(FIRST + 3, 100);
        assertThat(sent.purposes()).contains("end 1");
    }

    @Test
    void aReservationForTheNextTimestepOutlivesTheCarBefore() {
        tell("A", FIRST, 1_000, FIRST + 1, false);
        act(FIRST + 1, 0);
        reserve(1, FIRST + 2, FIRST + 3);
        act(FIRST + 2, 100);
        feed.sessions = List.of(new ChargePointFeed.Told(
                "A", PARAMETERS.startOf(FIRST) + 10, 2_000, PARAMETERS.startOf(FIRST + 2) + 300, true));
        act(FIRST + 2, 301);
        assertThat(sent.purposes()).doesNotContain("end 1");
        tell("B", FIRST + 3, 0, FIRST + 3, false);
        act(FIRST + 3, 10);
        tell("B", FIRST + 3, 1_000, FIRST + 5, true);
        act(FIRST + 5, 10);
        assertThat(sent.purposes()).contains("end 1");
    }

    @Test
    void aSessionEndsWithItsCarAndTheNextDriversDoesNot() {
        request(1, FIRST + 1);
        tell("A", FIRST, 1_000, FIRST + 1, false);
        act(FIRST + 1, 0);
        tell("A", FIRST, 2_000, FIRST + 2, true);
        act(FIRST + 2, 5);
        assertThat(sent.purposes()).contains("end 1");
        state.apply(new LedgerEvent.SessionEnded(1, POINT, FIRST + 2, LedgerEvent.SessionEnded.BY_OPERATOR));
        // the next driver asks before the system has told of another plug
        request(2, FIRST + 3);
        act(FIRST + 2, 20);
        act(FIRST + 2, 400);
        tell("A", FIRST, 2_000, FIRST + 2, true, "B", FIRST + 2, 0, FIRST + 2, false);
        act(FIRST + 2, 410);
        act(FIRST + 3, 0);
        assertThat(sent.purposes()).doesNotContain("end 2");
        tell("B", FIRST + 2, 3_000, FIRST + 4, true);
        act(FIRST + 4, 1);
        assertThat(sent.purposes()).contains("end 2");
    }

    @Test
    void aCarThatLeftWhileNobodyWasThereEndsItsSession() {
        request(1, FIRST + 1);
        start();
        tell("A", FIRST, 2_000, FIRST + 3, true);
        act(FIRST + 3, 30);
        assertThat(sent.purposes()).contains("end 1");
    }

    @Test
    void aReservationForLaterIsNotThatOfTheCarBefore() {
        tell("A", FIRST, 1_000, FIRST + 1, false);
        act(FIRST + 1, 0);
        reserve(1, FIRST + 2, FIRST + 10);
        act(FIRST + 1, 100);
        tell("A", FIRST, 2_000, FIRST + 2, true);
        act(FIRST + 2, 1);
        assertThat(sent.purposes()).doesNotContain("end 1");
    }

    private void start() {
        var charging = Charging.load(
                "0x" + "%040x".formatted(99),
                Web3j.build(new HttpService("http://127.0.0.1:1")),
                new ReadonlyTransactionManager(Web3j.build(new HttpService("http://127.0.0.1:1")), "0x"),
                new StaticGasProvider(BigInteger.ZERO, BigInteger.ZERO));
        reports = new MeterReports(
                charging,
                PARAMETERS,
                () -> state,
                new Membership(ORACLE.toHexString(), () -> state),
                feed,
                store,
                sent,
                new MeterReports.Listener() {
                    @Override
                    public void metered(int timestep, Map<Integer, Long> energyWh, BlockHeader head) {
                        metered.put(timestep, energyWh);
                    }

                    @Override
                    public void applied(int timestep, Set<Integer> chargePoints, BlockHeader head) {
                        // nothing was handed over
                    }
                });
    }

    private void act(int timestep, int second) {
        reports.act(new BlockHeader(1, Bytes32.ZERO, PARAMETERS.startOf(timestep) + second));
    }

    /** The register that is reported when a timestep begins. */
    private long registerAt(int timestep) {
        act(timestep, 50);
        Bytes data = Bytes.fromHexString(sent.calls.get("meters " + (timestep - 1)));
        // selector, timestep, offset, length, then the entry: charge point u32, register u64
        return data.slice(4 + 3 * 32 + 4, 8).toLong();
    }

    private void tell(String session, int started, long energyWh, int told, boolean over) {
        feed.sessions = List.of(told(session, started, energyWh, told, over));
    }

    private void tell(
            String one,
            int started,
            long energyWh,
            int told,
            boolean over,
            String other,
            int otherStarted,
            long otherWh,
            int otherTold,
            boolean otherOver) {
        feed.sessions = List.of(
                told(one, started, energyWh, told, over), told(other, otherStarted, otherWh, otherTold, otherOver));
    }

    private static ChargePointFeed.Told told(String session, int started, long energyWh, int told, boolean over) {
        return new ChargePointFeed.Told(
                session, PARAMETERS.startOf(started) + 10, energyWh, PARAMETERS.startOf(told), over);
    }

    private void request(int session, int first) {
        state.apply(new LedgerEvent.ChargingRequested(
                session, POINT, Bytes.of(session), 1, 10_000, 10_000, first, first + 20, true, first, first - 1));
    }

    private void reserve(int session, int first, int arrival) {
        state.apply(new LedgerEvent.ChargingRequested(
                session, POINT, Bytes.of(session), 1, 10_000, 10_000, arrival, arrival + 20, true, first, first - 1));
    }

    private static final class Feed implements ChargePointFeed {
        private List<Told> sessions = List.of();

        @Override
        public void follow(List<Point> points, long nowSeconds) {
            assertThat(points).containsExactly(new Point(POINT, "DE*ABC*E1", 22_000, 4_140));
        }

        @Override
        public List<News> news() {
            return List.of(new News(POINT, 2, sessions));
        }

        @Override
        public boolean hasNews() {
            return false;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public Map<Integer, Set<Integer>> appliedSince() {
            return Map.of();
        }

        @Override
        public void settled(int chargePoint, String session) {
            // kept, to be told again
        }
    }

    private static final class Sent implements MeterReports.Writer {
        private final Map<String, String> calls = new LinkedHashMap<>();

        @Override
        public boolean knows(String purpose) {
            return calls.containsKey(purpose);
        }

        @Override
        public void send(String purpose, RemoteFunctionCall<?> call, long headBlock) {
            calls.putIfAbsent(purpose, call.encodeFunctionCall());
        }

        List<String> purposes() {
            return new ArrayList<>(calls.keySet());
        }
    }
}
