package org.chargeproof.protocol.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.planner.GroupInput;
import org.chargeproof.protocol.ledger.GroupPolicy;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.Test;

class InputBuilderPropertyTest {
    private static final int HISTORIES = 60;
    private static final int TIMESTEPS = 30;
    private static final InputBuilder BUILDER = new InputBuilder(new NetworkParameters(900, 60, 5, 4, 2, 3));

    @Test
    void inputsFollowFromTheEventsByTheBook() {
        int sessions = 0;
        int settled = 0;
        int reserved = 0;
        int limited = 0;
        int paced = 0;
        int raised = 0;
        var paces = new HashSet<Integer>();
        int unplanned = 0;
        int atRequest = 0;
        int atPlan = 0;
        int lastPart = 0;
        for (int seed = 0; seed < HISTORIES; seed++) {
            var history = new RandomHistory(seed, TIMESTEPS);
            var grants = InterimByTheBook.grants(history.events);
            var granted = new ArrayList<InterimByTheBook.Grant>();
            var state = new LedgerState();
            int applied = 0;
            for (int timestep = RandomHistory.FIRST_TIMESTEP + 1;
                    timestep <= RandomHistory.FIRST_TIMESTEP + TIMESTEPS;
                    timestep++) {
                int snapshot = history.snapshots.get(timestep);
                for (; applied < snapshot; applied++) {
                    for (var power : state.apply(history.events.get(applied))) {
                        granted.add(new InterimByTheBook.Grant(applied, power));
                        var session = Objects.requireNonNull(state.session(power.session()));
                        if (history.events.get(applied) instanceof LedgerEvent.ChargingRequested) {
                            atRequest++;
                        } else if (session.accepted()) {
                            lastPart++;
                        } else {
                            atPlan++;
                        }
                    }
                }
                assertThat(granted)
                        .as("seed %d, timestep %d", seed, timestep)
                        .isEqualTo(grants.stream()
                                .filter(g -> g.place() < snapshot)
                                .toList());
                var events = history.events.subList(0, snapshot);
                for (int version = InputVersion.FIRST; version <= InputVersion.LATEST; version++) {
                    var book = new InputsByTheBook(events, version, grants);
                    assertThat(BUILDER.inputs(state, timestep, version))
                            .as("seed %d, timestep %d, version %d", seed, timestep, version)
                            .isEqualTo(book.inputs(timestep));
                }
                var inputs = BUILDER.inputs(state, timestep, InputVersion.LATEST);
                for (var group : state.groups()) {
                    if (!group.removed() && group.policy().kind() == GroupPolicy.Kind.LEARNED) {
                        paced += group.stays().pacePercent() > 100 ? 1 : 0;
                        paces.add(group.stays().pacePercent());
                        int percent = BUILDER.inputs(state, timestep, InputVersion.LATEST)
                                .get(group.id())
                                .policy()
                                .percent();
                        raised += percent > group.policy().peakPercent(group.stays()) ? 1 : 0;
                    }
                }
                unplanned += state.sessions().stream()
                        .mapToInt(s -> s.departureTimestep() <= s.firstTimestep() ? 1 : 0)
                        .sum();
                for (var session : inputs.stream()
                        .flatMap(input -> input.sessions().stream())
                        .toList()) {
                    reserved += session.arrivalStep() > 0 ? 1 : 0;
                    var known = Objects.requireNonNull(state.session(session.sessionId()));
                    limited += known.learnedLimitWh() > 0 ? 1 : 0;
                    requireValid(session);
                }
                sessions += inputs.stream()
                        .mapToInt(input -> input.sessions().size())
                        .sum();
                settled += inputs.stream()
                        .mapToInt(input -> input.settlement().sessions().size())
                        .sum();
            }
        }
        assertThat(count(LedgerEvent.GroupRemoved.class)).isGreaterThan(HISTORIES / 4);
        assertThat(count(LedgerEvent.ChargePointRemoved.class)).isGreaterThan(HISTORIES);
        // the histories are no empty ones
        assertThat(reserved).isGreaterThan(HISTORIES * TIMESTEPS / 10);
        assertThat(limited).isGreaterThan(HISTORIES * TIMESTEPS / 12);
        assertThat(paced).isGreaterThan(HISTORIES);
        assertThat(raised).isGreaterThan(HISTORIES / 10);
        assertThat(paces).hasSizeGreaterThan(10);
        assertThat(unplanned).isGreaterThan(HISTORIES * TIMESTEPS / 10);
        assertThat(sessions).isGreaterThan(HISTORIES * TIMESTEPS);
        assertThat(settled).isGreaterThan(HISTORIES * TIMESTEPS / 2);
        assertThat(atRequest).isGreaterThan(5 * HISTORIES);
        assertThat(atPlan).isGreaterThan(HISTORIES);
        assertThat(lastPart).isGreaterThan(HISTORIES / 2);
    }

    private static long count(Class<? extends LedgerEvent> type) {
        return IntStream.range(0, HISTORIES)
                .mapToObj(seed -> new RandomHistory(seed, TIMESTEPS))
                .flatMap(history -> history.events.stream())
                .filter(type::isInstance)
                .count();
    }

    /** What the planner asks of each session. */
    private static void requireValid(GroupInput.Session s) {
        assertThat(s.departureStep()).isBetween(0, InputBuilder.HORIZON_STEPS);
        assertThat(s.arrivalStep()).isBetween(0, s.joins() ? s.departureStep() : 0);
        assertThat(s.maxWhPerStep()).isPositive();
        assertThat(s.minWhPerStep()).isBetween(0, s.maxWhPerStep());
        if (s.accepted()) {
            assertThat(s.leastEnergyWh()).isZero();
        } else {
            assertThat(s.leastEnergyWh()).isBetween(s.joins() ? 1 : s.energyWh(), s.energyWh());
        }
    }

    @Test
    void inputsDoNotDependOnHowTheEventsWereRead() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            var history = new RandomHistory(seed, TIMESTEPS);
            int timestep = RandomHistory.FIRST_TIMESTEP + TIMESTEPS;
            var events = history.events.subList(0, history.snapshots.get(timestep));
            assertThat(encoded(events, timestep)).isEqualTo(encoded(List.copyOf(events), timestep));

            // somebody who looked at the state all the time has the same
            var watched = new LedgerState();
            for (var event : events) {
                watched.apply(event);
                BUILDER.inputs(watched, timestep, InputVersion.LATEST);
            }
            assertThat(encoded(watched, timestep)).isEqualTo(encoded(events, timestep));
        }
    }

    @Test
    void inputsDoNotDependOnWhatIsNoneOfTheirBusiness() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            var history = new RandomHistory(seed, TIMESTEPS);
            int timestep = RandomHistory.FIRST_TIMESTEP + TIMESTEPS;
            var events = history.events.subList(0, history.snapshots.get(timestep));
            var random = new Random(seed);
            var noisy = new ArrayList<LedgerEvent>();
            for (var event : events) {
                for (int i = random.nextInt(3); i > 0; i--) {
                    noisy.add(noise(random, timestep));
                }
                noisy.add(event);
            }
            assertThat(encoded(noisy, timestep)).isEqualTo(encoded(events, timestep));
        }
    }

    @Test
    void inputsDoNotDependOnTheOrderBetweenGroups() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            var history = new RandomHistory(seed, TIMESTEPS);
            int timestep = RandomHistory.FIRST_TIMESTEP + TIMESTEPS;
            var events = history.events.subList(0, history.snapshots.get(timestep));
            var turned = new ArrayList<>(events);
            var random = new Random(seed);
            for (int i = 0; i < 20 * turned.size(); i++) {
                int at = random.nextInt(turned.size() - 1);
                if (commute(turned.get(at), turned.get(at + 1))) {
                    turned.add(at, turned.remove(at + 1));
                }
            }
            assertThat(encoded(turned, timestep)).as("seed %d", seed).isEqualTo(encoded(events, timestep));
        }
    }

    /** Statements about different groups can swap their places; what concerns several stays where it is. */
    private static boolean commute(LedgerEvent a, LedgerEvent b) {
        int groupA = group(a);
        int groupB = group(b);
        return groupA >= 0 && groupB >= 0 && groupA != groupB;
    }

    private static int group(LedgerEvent event) {
        return switch (event) {
            case LedgerEvent.GroupLimitChanged e -> e.group();
            case LedgerEvent.GroupPolicyChanged e -> e.group();
            case LedgerEvent.GroupReported e -> e.group();
            case LedgerEvent.ForecastPublished e -> e.group();
            default -> -1;
        };
    }

    private static LedgerEvent noise(Random random, int timestep) {
        int operator = 40 + random.nextInt(10);
        return switch (random.nextInt(6)) {
            case 0 -> new LedgerEvent.OperatorAdmitted(operator, "Noise", Bytes.EMPTY, Bytes.EMPTY, Bytes.EMPTY);
            case 1 -> new LedgerEvent.OperatorExcluded(operator);
            case 2 -> new LedgerEvent.AccountsChanged(operator, Bytes.EMPTY, Bytes.EMPTY);
            case 3 -> new LedgerEvent.PlanAttested(RandomHistory.FIRST_TIMESTEP, operator, 0);
            case 4 -> new LedgerEvent.SetpointsApplied(timestep, operator, Bytes.of(0xff));
            default -> new LedgerEvent.RequestDecided(1_000_000, timestep, true, 1, 2, 3);
        };
    }

    private static List<Object> encoded(List<LedgerEvent> events, int timestep) {
        var state = new LedgerState();
        events.forEach(state::apply);
        return encoded(state, timestep);
    }

    /** Inputs of all versions, and what is in the latest whatever the planner's bytes hold. */
    private static List<Object> encoded(LedgerState state, int timestep) {
        var all = new ArrayList<Object>();
        for (int version = InputVersion.FIRST; version <= InputVersion.LATEST; version++) {
            BUILDER.encodedInputs(state, timestep, version).forEach(input -> all.add(Bytes.wrap(input)));
        }
        return all;
    }
}
