package org.chargeproof.protocol.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.encoding.Sha256;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;
import org.chargeproof.protocol.ledger.LedgerEvent.MeterEntry;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.chargeproof.protocol.time.BlockHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateEncodingTest {
    private static final int MOST_BYTES = 1 << 20;

    @Test
    void writesEveryFieldOfTheFold() {
        // who adds a field: StateEncoding, Snapshot.VERSION, docs/reference/snapshots.md, and then here
        assertThat(fields(LedgerState.class))
                .containsExactlyInAnyOrder(
                        "operators",
                        "members",
                        "groups",
                        "chargePoints",
                        "sessions",
                        "plans",
                        "algorithms",
                        "closed",
                        "closedBelow",
                        "stepsPerHour");
        assertThat(fields(LedgerState.PlanRecord.class))
                .containsExactlyInAnyOrder("candidates", "votes", "finalCandidate", "fallbackDeclared");
        assertThat(fields(LedgerState.Operator.class))
                .containsExactlyInAnyOrder("id", "name", "owner", "oracle", "meter");
        assertThat(fields(Group.class))
                .containsExactlyInAnyOrder(
                        "id",
                        "operator",
                        "capacityW",
                        "otherEquipmentMaxW",
                        "limitW",
                        "policy",
                        "removed",
                        "chargePoints",
                        "forecast",
                        "reports",
                        "stays");
        assertThat(fields(GroupPolicy.class)).containsExactlyInAnyOrder("kind", "percent");
        // the pace follows from the stays
        assertThat(fields(StayHistory.class)).containsExactlyInAnyOrder("stays", "pacePercent");
        assertThat(fields(StayHistory.Stay.class))
                .containsExactlyInAnyOrder("promisedWh", "wantedWh", "statedSteps", "keptSteps");
        assertThat(fields(ChargePoint.class))
                .containsExactlyInAnyOrder(
                        "id",
                        "group",
                        "operator",
                        "ratedPowerW",
                        "minPowerW",
                        "evseId",
                        "removed",
                        "reportedTimestep",
                        "registerWh",
                        "occupied",
                        "session",
                        "recentlyAccepted",
                        "metered",
                        "interim");
        assertThat(fields(ChargePoint.Metered.class)).containsExactlyInAnyOrder("session", "energyWh");
        assertThat(fields(ChargePoint.Interim.class)).containsExactlyInAnyOrder("session", "powerW");
        assertThat(fields(Session.class))
                .containsExactlyInAnyOrder(
                        "id",
                        "chargePoint",
                        "account",
                        "wantedWh",
                        "leastEnergyWh",
                        "arrivalTimestep",
                        "departureTimestep",
                        "joins",
                        "firstTimestep",
                        "status",
                        "accepted",
                        "promisedWh",
                        "acceptedTimestep",
                        "endedTimestep",
                        "deliveredWh",
                        "learnedLimitWh",
                        "behind",
                        "expectedWh");
        assertThat(fields(LedgerEvent.GroupReported.class))
                .containsExactlyInAnyOrder("group", "timestep", "loadWh", "pvWh", "firmPvWh");
        assertThat(fields(ForecastStep.class))
                .containsExactlyInAnyOrder("expectedLoadWh", "reservedLoadWh", "expectedPvWh", "greenClass");
        assertThat(fields(LedgerEvent.PlanPosted.class))
                .containsExactlyInAnyOrder(
                        "timestep",
                        "operator",
                        "candidate",
                        "snapshotBlock",
                        "algorithm",
                        "inputsRoot",
                        "plansRoot",
                        "setpointsRoot",
                        "setpoints",
                        "decisions");
        assertThat(Session.Status.values()).hasSize(4);
    }

    /** No contract lets ids go over to others like that; what is remembered then is still remembered whole. */
    @Test
    void keepsWhatNoListNamesAnyMore() {
        var state = state();
        // both replaced with sessions and all: only the session leads to the old ones
        state.apply(new LedgerEvent.GroupRegistered(0, 2, 1_000, 0, 0, 0));
        state.apply(new LedgerEvent.ChargePointRegistered(0, 0, 2, 11_000, 0, "NO*NEW*E1"));
        var read = StateEncoding.decode(StateEncoding.encode(state, MOST_BYTES));
        var session = read.session(1);
        assertThat(session).isNotNull();
        assertThat(session.chargePoint().group().operator()).isEqualTo(1);
        assertThat(session.chargePoint()).isNotSameAs(read.chargePoints().getFirst());
        assertThat(session.chargePoint().session()).isSameAs(session);
        state.apply(new LedgerEvent.SessionEnded(1, 0, 1_004, 0));
        read.apply(new LedgerEvent.SessionEnded(1, 0, 1_004, 0));
        assertThat(StateEncoding.encode(read, MOST_BYTES)).isEqualTo(StateEncoding.encode(state, MOST_BYTES));
    }

    @Test
    void refusesWhatIsCutOffAtAnyByte() {
        byte[] state = StateEncoding.encode(state(), MOST_BYTES);
        byte[] whole = snapshot(state()).encode();
        for (int length = 0; length < state.length; length++) {
            byte[] cut = Arrays.copyOf(state, length);
            assertThatThrownBy(() -> StateEncoding.decode(cut))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("not a snapshot: ");
        }
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Snapshot.decode(cut)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesAnyChangedBit() {
        byte[] whole = snapshot(state()).encode();
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= (byte) (1 << (i % 8));
            assertThatThrownBy(() -> Snapshot.decode(changed)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** With a digest that fits, as somebody may write it who knows how. */
    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 2, 1_000, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void readsNothingHalfAndReservesNothingForWhatIsNotThere(int number) {
        byte[] state = StateEncoding.encode(state(), MOST_BYTES);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int refused = 0;
        for (int i = 0; i + Integer.BYTES <= state.length; i++) {
            byte[] changed = state.clone();
            ByteBuffer.wrap(changed).putInt(i, number);
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                var read = StateEncoding.decode(changed);
                assertThat(StateEncoding.encode(read, MOST_BYTES)).isEqualTo(changed);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageStartingWith("not a snapshot: ");
                refused++;
            } catch (RuntimeException e) {
                fail("byte " + i + " changed to " + number, e);
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
        }
        assertThat(refused).isPositive();
    }

    @Test
    void refusesAnotherVersion() {
        byte[] whole = snapshot(state()).encode();
        int version = whole.length - 1;
        for (int i = 0; i < whole.length - 3; i++) {
            if (whole[i] == '\n') {
                version = i + 1;
                break;
            }
        }
        ByteBuffer.wrap(whole).putInt(version, Snapshot.VERSION + 1);
        int end = whole.length - Bytes32.SIZE;
        System.arraycopy(Sha256.of(Arrays.copyOf(whole, end)).toArrayUnsafe(), 0, whole, end, Bytes32.SIZE);
        assertThatThrownBy(() -> Snapshot.decode(whole))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a snapshot of version 5; this program reads 4");
    }

    @Test
    void writesNothingThatIsTooLarge() {
        assertThatThrownBy(() -> StateEncoding.encode(state(), 100))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("more than 100 bytes");
    }

    private static Snapshot snapshot(LedgerState state) {
        return Snapshot.of(
                new NetworkIdentity(2018, Bytes.repeat((byte) 1, 20), linked()),
                new BlockHeader(9, Bytes32.ZERO, 900_000),
                state,
                Bytes.EMPTY);
    }

    private static NetworkLinked linked() {
        var address = Bytes.repeat((byte) 1, 20);
        return new NetworkLinked(
                NetworkLinked.PROTOCOL, address, address, address, address, 7, 1_000, 900, 60, 5, 4, 2, 3);
    }

    /** A bit of everything; a session that has ended is known by its interim power alone. */
    static LedgerState state() {
        var state = new LedgerState();
        var address = Bytes.repeat((byte) 1, 20);
        List.<LedgerEvent>of(
                        linked(),
                        new LedgerEvent.OperatorAdmitted(1, "One", address, address, address),
                        new LedgerEvent.AlgorithmActivated(Bytes32.repeat((byte) 2), 1_001),
                        new LedgerEvent.GroupRegistered(0, 1, 50_000, 4_000, 1, 200),
                        new LedgerEvent.GroupRegistered(1, 1, 60_000, 0, 0, 0),
                        new LedgerEvent.ChargePointRegistered(0, 0, 1, 22_000, 1_380, "NO*OPR*E1"),
                        new LedgerEvent.ChargePointRegistered(1, 1, 1, 22_000, 0, "NO*OPR*E2"),
                        new LedgerEvent.ForecastPublished(0, 1_001, List.of(new ForecastStep(1, 2, 3, 4))),
                        new LedgerEvent.GroupReported(0, 1_001, 10, 20, 5),
                        new LedgerEvent.ChargingRequested(
                                1, 0, address, 1, 9_000, 9_000, 1_002, 1_010, true, 1_002, 1_001),
                        post(1_002, 500, 0),
                        new LedgerEvent.PlanAttested(1_002, 1, 0),
                        new LedgerEvent.PlanFinal(1_002, 0, 1, 1),
                        new LedgerEvent.RequestDecided(1, 1_002, true, 0, 0, 0),
                        new LedgerEvent.MetersReported(
                                1, 1_001, List.of(new MeterEntry(0, 100, 0, 2), new MeterEntry(1, 7, 0, 0))),
                        new LedgerEvent.MetersReported(1, 1_002, List.of(new MeterEntry(0, 500, 0, 2))),
                        new LedgerEvent.ChargingRequested(
                                2, 1, address, 1, 9_000, 9_000, 1_003, 1_010, true, 1_003, 1_002),
                        new LedgerEvent.SessionEnded(2, 1, 1_002, 0),
                        new LedgerEvent.FallbackDeclared(1_004, 1),
                        new LedgerEvent.ChargePointRemoved(1),
                        // one that leaves sooner than it said, at another charge point
                        new LedgerEvent.ChargePointRegistered(2, 0, 1, 22_000, 0, "NO*OPR*E3"),
                        new LedgerEvent.ChargingRequested(
                                3, 2, address, 1, 9_000, 9_000, 1_003, 1_010, true, 1_003, 1_002),
                        new LedgerEvent.RequestDecided(3, 1_003, true, 0, 0, 0),
                        new LedgerEvent.SessionEnded(3, 2, 1_004, 0))
                .forEach(state::apply);
        assertThat(state.groups().getFirst().stays().count()).isEqualTo(1);
        assertThat(state.chargePoints().get(1).interim(1_002)).isNotNull();
        return state;
    }

    private static LedgerEvent post(int timestep, int... setpointsWh) {
        return new LedgerEvent.PlanPosted(
                timestep,
                1,
                0,
                5,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Setpoints.pack(setpointsWh),
                Bytes.of(1, 2, 3));
    }

    private static List<String> fields(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()))
                .map(Field::getName)
                .toList();
    }
}
