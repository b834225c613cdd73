package org.chargeproof.protocol.bill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.billing.Algorithm;
import org.chargeproof.billing.BillingInput;
import org.chargeproof.billing.Stay;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerState;
import org.chargeproof.protocol.plan.RandomHistory;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.Test;

class BillingPropertyTest {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 5, 4, 2, 3);
    private static final int EVERY = 4;
    private static final int GRACE = 3;
    private static final int TIMESTEPS = 120;

    /** All settlements of a history: every session stands in one final settlement at most, with what the rules make of it. */
    @Test
    void everySessionIsBilledOnceAsTheRulesSay() {
        int bills = 0;
        int chains = 0;
        int unpromised = 0;
        int longer = 0;
        for (int seed = 0; seed < 16; seed++) {
            var random = new Random(seed);
            var history = new RandomHistory(seed, TIMESTEPS);
            var ledger = new Ledger(history);
            var state = started();
            var read = started();
            Set<Integer> billed = new HashSet<>();
            // sessions by charge point and timestep
            Map<List<Integer>, Integer> billedIn = new HashMap<>();
            int done = 0;
            for (int t = RandomHistory.FIRST_TIMESTEP + 2; t <= RandomHistory.FIRST_TIMESTEP + TIMESTEPS; t++) {
                int until = ledger.snapshots.get(t);
                for (var event : ledger.events.subList(done, until)) {
                    state.apply(event);
                    read.apply(event);
                }
                done = until;
                if (random.nextInt(10) == 0) {
                    read = BillingState.decode(read.encode(1 << 24), PARAMETERS);
                }
                if (t % EVERY != 0) {
                    continue;
                }
                var inputs = Settlement.inputs(state, t);
                assertThat(Settlement.inputs(read, t))
                        .usingElementComparator((a, b) -> Bytes.wrap(a).equals(Bytes.wrap(b)) ? 0 : 1)
                        .containsExactlyElementsOf(inputs);
                var expected =
                        new StaysByTheBook(ledger.events.subList(0, until), PARAMETERS.stepsPerHour()).lines(t, GRACE);
                expected.keySet().removeAll(billed);
                List<Stay> stays = new ArrayList<>();
                for (byte[] input : inputs) {
                    assertThat(Algorithm.run(input)).isNotEmpty();
                    stays.addAll(BillingInput.decode(input).stays());
                }
                assertThat(stays.stream().map(Stay::session).toList())
                        .as("seed %d, timestep %d", seed, t)
                        .containsExactlyInAnyOrderElementsOf(expected.keySet());
                for (var stay : stays) {
                    assertThat(line(stay)).as("seed %d, timestep %d", seed, t).isEqualTo(expected.get(stay.session()));
                    chains += stay.earlier().isEmpty() ? 0 : 1;
                    unpromised += stay.promisedWh() == 0 ? 1 : 0;
                    for (int at = stay.fromTimestep(); at < stay.toTimestep(); at++) {
                        var other = billedIn.put(List.of(stay.chargePoint(), at), stay.session());
                        assertThat(other == null || other == stay.session())
                                .as("seed %d, sessions %d and %s in timestep %d", seed, stay.session(), other, at)
                                .isTrue();
                    }
                    longer += stay.toTimestep() > stay.departureTimestep() ? 1 : 0;
                }
                bills += stays.size();
                if (random.nextInt(3) > 0) {
                    stays.forEach(stay -> billed.add(stay.session()));
                    for (var event : settlement(t)) {
                        state.apply(event);
                        read.apply(event);
                    }
                }
            }
        }
        assertThat(bills).isGreaterThan(400);
        assertThat(chains).isGreaterThan(20);
        // by interim power alone, and behind their promise
        assertThat(unpromised).isGreaterThan(100);
        assertThat(longer).isGreaterThan(20);
    }

    /** A history with the interim power that follows from it, each behind the event that grants it. */
    private static final class Ledger {
        final List<LedgerEvent> events = new ArrayList<>();
        final Map<Integer, Integer> snapshots = new HashMap<>();

        Ledger(RandomHistory history) {
            var fold = new LedgerState();
            var places = new ArrayList<Integer>(List.of(0));
            for (var event : history.events) {
                events.add(event);
                events.addAll(fold.apply(event));
                places.add(events.size());
            }
            history.snapshots.forEach((timestep, count) -> snapshots.put(timestep, places.get(count)));
        }
    }

    private static StaysByTheBook.Line line(Stay stay) {
        var starts = new ArrayList<Integer>();
        int start = stay.occupiedFrom();
        for (int[] metered : stay.earlier()) {
            starts.add(start);
            start += metered.length;
        }
        assertThat(start).isEqualTo(stay.fromTimestep());
        return new StaysByTheBook.Line(
                stay.session(),
                stay.fromTimestep(),
                stay.toTimestep(),
                stay.occupiedFrom(),
                stay.energyWh(),
                stay.totalGreenWh(),
                stay.keptBack(),
                stay.promisedWh(),
                stay.departureTimestep(),
                starts);
    }

    private static BillingState started() {
        var state = new BillingState(PARAMETERS);
        var none = Bytes.repeat((byte) 1, 20);
        state.apply(new LedgerEvent.MarketLinked(none, none, none, none, none, none, EVERY, GRACE, 1_000, 1_000_000));
        return state;
    }

    private static List<LedgerEvent> settlement(int timestep) {
        return List.of(
                new LedgerEvent.SettlementPosted(timestep, 1, 0, 1, Bytes32.ZERO, Bytes32.ZERO, 0, 0, Bytes.EMPTY),
                new LedgerEvent.SettlementAttested(timestep, 1, 0),
                new LedgerEvent.SettlementFinal(timestep, 0, 1, 1));
    }
}
