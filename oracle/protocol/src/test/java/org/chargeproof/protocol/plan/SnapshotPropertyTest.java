package org.chargeproof.protocol.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Sha256;
import org.chargeproof.protocol.ledger.ChargePoint;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.NetworkLinked;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.ledger.NetworkIdentity;
import org.chargeproof.protocol.ledger.Session;
import org.chargeproof.protocol.ledger.Snapshot;
import org.chargeproof.protocol.time.BlockHeader;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whoever goes on from a snapshot says the same as who has read all logs. */
class SnapshotPropertyTest {
    private static final int HISTORIES = 25;
    private static final int TIMESTEPS = 30;
    private static final int CUTS = 20;
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 5, 4, 2, 3);
    private static final InputBuilder BUILDER = new InputBuilder(PARAMETERS);

    @Test
    void aStateGoesOnFromASnapshotAsFromTheFirstLog() {
        int open = 0;
        int postsKept = 0;
        for (int seed = 0; seed < HISTORIES; seed++) {
            var random = new Random(seed);
            var ledger = Ledger.of(seed, random);
            var all = ledger.fold(new LedgerState(), 0);
            for (int i = 0; i < CUTS; i++) {
                int cut = i == 0 ? 0 : 1 + random.nextInt(ledger.events.size());
                var state = new LedgerState();
                ledger.events.subList(0, cut).forEach(state::apply);
                var written = snapshot(state);
                var read = Snapshot.decode(written.encode());
                assertThat(read).isEqualTo(written);
                var restored = read.state();
                assertThat(snapshot(restored)).as("seed %d, cut %d", seed, cut).isEqualTo(written);
                var rest = ledger.fold(restored, cut);
                assertThat(rest)
                        .as("seed %d, cut %d", seed, cut)
                        .isEqualTo(all.subList(all.size() - rest.size(), all.size()));
                assertThat(snapshot(restored).encodedState())
                        .as("seed %d, cut %d", seed, cut)
                        .isEqualTo(ledger.finalState);
                open += read.state().sessions().size();
                postsKept += read.state()
                        .planRecord(ledger.timestepAt(cut))
                        .candidates()
                        .size();
            }
        }
        // the states are no empty ones
        assertThat(open).isGreaterThan(HISTORIES * CUTS);
        assertThat(postsKept).isGreaterThan(HISTORIES * CUTS / 2);
    }

    /** A state that other rules made must not be gone on from. */
    @Test
    void theFoldIsThatOfThisVersion() {
        var states = new ArrayList<byte[]>();
        for (int seed = 0; seed < 10; seed++) {
            var state = new LedgerState();
            Ledger.of(seed, new Random(seed)).events.forEach(state::apply);
            states.add(snapshot(state).encodedState().toArray());
        }
        assertThat(Sha256.of(states.toArray(byte[][]::new)))
                .as(
                        "the fold, its bytes, or the histories of this test have changed: unless it is the latter alone, raise"
                                + " Snapshot.VERSION, and then put the new hash here")
                .isEqualTo(Bytes32.fromHexString("0x1b032e4820dff1f12b5238d485339071008609a0df786d8e261d50901b18eb43"));
    }

    /** By reflection: no field, whoever adds it, is left out. */
    @Test
    void aStateIsReadWithAllThatIsReachableFromIt() throws ReflectiveOperationException {
        for (int seed = 0; seed < 10; seed++) {
            var ledger = Ledger.of(seed, new Random(seed));
            var state = new LedgerState();
            ledger.events.subList(0, ledger.events.size() * (seed + 1) / 10).forEach(state::apply);
            var read = snapshot(state).state();
            assertThat(reachable(read)).isEqualTo(reachable(state)).hasSizeGreaterThan(5);
            assertThat(read).isNotSameAs(state);
        }
    }

    /** Objects of the fold in the order in which they are met, each with its fields; those met before by their number. */
    private static List<String> reachable(LedgerState state) throws ReflectiveOperationException {
        var numbers = new IdentityHashMap<Object, Integer>();
        var found = new ArrayList<Object>(List.of(state));
        numbers.put(state, 0);
        var lines = new ArrayList<String>();
        for (int i = 0; i < found.size(); i++) {
            var object = found.get(i);
            var line = new StringBuilder(object.getClass().getSimpleName());
            for (var field : object.getClass().getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    field.setAccessible(true);
                    line.append(' ').append(field.getName()).append('=');
                    show(field.get(object), line, found, numbers);
                }
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static void show(
            @Nullable Object value, StringBuilder line, List<Object> found, IdentityHashMap<Object, Integer> numbers) {
        if (value instanceof Map<?, ?> map) {
            line.append('{');
            map.forEach((key, of) -> {
                show(key, line, found, numbers);
                line.append(':');
                show(of, line, found, numbers);
            });
            line.append('}');
        } else if (value instanceof Collection<?> all) {
            line.append('[');
            all.forEach(one -> show(one, line, found, numbers));
            line.append(']');
        } else if (value instanceof ChargePoint.Interim interim) {
            show(interim.session(), line, found, numbers);
            line.append(':').append(interim.powerW()).append(' ');
        } else if (value != null && isMutable(value)) {
            Integer number = numbers.get(value);
            if (number == null) {
                number = numbers.size();
                numbers.put(value, number);
                found.add(value);
            }
            line.append('#').append(number);
        } else {
            line.append(value).append(' ');
        }
    }

    /** An object of the fold that is neither a record nor one of a few. */
    private static boolean isMutable(Object value) {
        return !(value instanceof Record)
                && !(value instanceof Enum<?>)
                && value.getClass().getPackage() == LedgerState.class.getPackage();
    }

    private static Snapshot snapshot(LedgerState state) {
        var linked = new NetworkLinked(
                NetworkLinked.PROTOCOL,
                address(1),
                address(2),
                address(3),
                address(4),
                7,
                RandomHistory.FIRST_TIMESTEP,
                900,
                60,
                5,
                4,
                2,
                3);
        return Snapshot.of(
                new NetworkIdentity(2018, address(0), linked),
                new BlockHeader(4711, Bytes32.repeat((byte) 7), 1_800_000_000),
                state,
                Bytes.EMPTY);
    }

    private static Bytes address(int id) {
        return Bytes.repeat((byte) id, 20);
    }

    /** A random history with members, votes, algorithms and posts beside it, none of which inputs depend on. */
    private static final class Ledger {
        private final List<LedgerEvent> events = new ArrayList<>();
        /** Timesteps by how many events there are at their snapshot. */
        private final Map<Integer, Integer> gates = new LinkedHashMap<>();

        private Bytes finalState = Bytes.EMPTY;

        static Ledger of(int seed, Random random) {
            var ledger = new Ledger();
            var history = new RandomHistory(seed, TIMESTEPS);
            var gateAt = new LinkedHashMap<Integer, Integer>();
            history.snapshots.forEach((timestep, count) -> gateAt.put(count, timestep));
            int near = RandomHistory.FIRST_TIMESTEP;
            for (int i = 0; i <= history.events.size(); i++) {
                Integer timestep = gateAt.get(i);
                if (timestep != null) {
                    near = timestep;
                    ledger.gates.put(ledger.events.size(), timestep);
                }
                if (i < history.events.size()) {
                    if (random.nextInt(4) == 0) {
                        ledger.events.add(beside(random, near));
                    }
                    ledger.events.add(history.events.get(i));
                }
            }
            var state = new LedgerState();
            ledger.events.forEach(state::apply);
            ledger.finalState = snapshot(state).encodedState();
            return ledger;
        }

        /** The timestep of the newest gate at or before an event. */
        int timestepAt(int event) {
            var gate = new TreeMap<>(gates).floorEntry(event);
            return gate == null ? RandomHistory.FIRST_TIMESTEP : gate.getValue();
        }

        /** Applies the events from one on. @return what is said at each gate */
        List<Object> fold(LedgerState state, int from) {
            var said = new ArrayList<>();
            for (int i = from; i <= events.size(); i++) {
                Integer timestep = gates.get(i);
                if (timestep != null) {
                    said.add(says(state, timestep));
                }
                if (i < events.size()) {
                    state.apply(events.get(i));
                }
            }
            return said;
        }

        private static LedgerEvent beside(Random random, int near) {
            int timestep = near + 1 - random.nextInt(9);
            int operator = random.nextInt(12);
            return switch (random.nextInt(7)) {
                case 0 ->
                    new LedgerEvent.OperatorAdmitted(
                            operator,
                            "Opérateur " + operator + " \ud83d\udd0c",
                            address(operator),
                            Bytes.random(20, random),
                            Bytes.random(20, random));
                case 1 -> new LedgerEvent.OperatorExcluded(operator);
                case 2 -> new LedgerEvent.AccountsChanged(operator, Bytes.random(20, random), Bytes.random(20, random));
                case 3 -> new LedgerEvent.PlanAttested(timestep, operator, random.nextInt(3));
                case 4 -> new LedgerEvent.FallbackDeclared(timestep, operator);
                case 5 -> new LedgerEvent.AlgorithmActivated(Bytes32.random(random), timestep);
                default ->
                    new LedgerEvent.PlanPosted(
                            timestep,
                            operator,
                            1 + random.nextInt(3),
                            random.nextInt(),
                            Bytes32.random(random),
                            Bytes32.random(random),
                            Bytes32.random(random),
                            Bytes32.random(random),
                            Bytes.random(random.nextInt(20), random),
                            Bytes.random(random.nextInt(50), random));
            };
        }
    }

    /** All that is derived from a state: inputs, fallbacks, rotation, votes, sessions. */
    private static List<Object> says(LedgerState state, int timestep) {
        var said = new ArrayList<>();
        for (int version = InputVersion.FIRST; version <= InputVersion.LATEST; version++) {
            BUILDER.encodedInputs(state, timestep, version).forEach(input -> said.add(Bytes.wrap(input)));
        }
        said.add(Arrays.toString(Fallback.of(state)));
        said.add(TimestepPlan.Layout.of(state));
        said.add(List.copyOf(state.members()));
        for (int operator = 0; operator < 12; operator++) {
            said.add(String.valueOf(state.operator(operator)));
            said.add(state.members().isEmpty() ? 0 : state.rank(operator, timestep));
        }
        said.add(String.valueOf(state.algorithmAt(timestep)));
        said.add(state.openTimesteps(timestep));
        for (int t = timestep - 10; t <= timestep + TIMESTEPS; t++) {
            var plan = state.planRecord(t);
            said.add(List.copyOf(plan.candidates()));
            said.add(Map.copyOf(plan.votes()));
            said.add(plan.fallbackDeclared());
            said.add(String.valueOf(plan.finalPost()));
        }
        for (Session s : state.sessions()) {
            said.add(List.of(
                    s.id(),
                    s.chargePoint().id(),
                    s.account(),
                    s.energyWh(),
                    s.deliveredWh(),
                    s.remainingWh(),
                    s.learnedLimitWh(),
                    s.isBehind(),
                    s.status(),
                    List.of(
                            s.chargePoint().interimW(timestep - 1),
                            s.chargePoint().interimW(timestep)),
                    s.awaitsReading()));
        }
        return said;
    }
}
