package org.chargeproof.protocol.reputation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.chargeproof.protocol.bill.BillingState;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.reputation.Reputation.Kind;
import org.chargeproof.protocol.time.NetworkParameters;
import org.junit.jupiter.api.Test;

class ReputationsTest {
    private static final NetworkParameters PARAMETERS = new NetworkParameters(900, 60, 5, 4, 2, 3);
    private static final int TIMESTEPS = 160;
    private static final int PAYMENT_TIMESTEPS = 24;

    @Test
    void countsWhatTheRulesSayOfEveryHistory() {
        Set<Kind> seen = EnumSet.noneOf(Kind.class);
        for (int seed = 0; seed < 12; seed++) {
            var events = new RandomMarket(seed, TIMESTEPS).events;
            var reputations = folded(events);
            var book = new ReputationsByTheBook(events, PAYMENT_TIMESTEPS, RandomMarket.GRACE);
            for (int account = 1; account <= RandomMarket.IDS + 1; account++) {
                var reputation = reputations.of(account);
                assertThat(reputation).as("seed %d, account %d", seed, account).isEqualTo(book.of(account));
                reputation.reasons().forEach(reason -> seen.add(reason.kind()));
            }
        }
        assertThat(seen).isEqualTo(EnumSet.allOf(Kind.class));
    }

    @Test
    void remembersNoMoreReasonsThanItSays() {
        var reputations = folded(new RandomMarket(7, 400).events);
        var counts = reputations.of(1).reasons().stream()
                .collect(Collectors.groupingBy(Reputation.Reason::kind, Collectors.counting()));
        assertThat(counts.values())
                .contains((long) Reputations.REASONS_KEPT)
                .allMatch(n -> n <= Reputations.REASONS_KEPT);
        assertThat(reputations.of(200))
                .isEqualTo(new Reputations().of(200))
                .satisfies(nobody -> assertThat(nobody.reasons()).isEmpty());
    }

    private static Reputations folded(List<LedgerEvent> events) {
        var reputations = new Reputations(PAYMENT_TIMESTEPS);
        var billing = new BillingState(PARAMETERS);
        for (int i = 0; i < events.size(); i++) {
            reputations.apply(events.get(i), i, billing);
            billing.apply(events.get(i));
        }
        return reputations;
    }
}
