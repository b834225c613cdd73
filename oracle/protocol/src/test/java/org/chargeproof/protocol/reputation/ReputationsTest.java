package org.chargeproof.protocol.reputation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.bill.BillingState;
import org.chargeproof.protocol.channel.Channels;
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

    /** An account of an excluded provider opens channels as a driver's; whether it is remembered, nobody can tell who did not keep it. */
    @Test
    void whatADriverPaysIsNoProvidersWhoseChannelIsClosed() {
        var account = RandomMarket.accountOf(1);
        var events = new ArrayList<LedgerEvent>();
        events.add(new LedgerEvent.ChannelOpened(account, 2, account, 1, 0));
        events.add(new LedgerEvent.Paid(account, 2, 10, 10));
        events.add(new LedgerEvent.ChannelClosed(account, 2, 10, 0));
        events.add(new LedgerEvent.ChannelOpened(account, 2, account, 0, 1));
        for (int i = 0; i < Channels.MOST_DRIVERS; i++) {
            var other = Bytes.concatenate(Bytes.repeat((byte) 0x77, 16), Bytes.ofUnsignedInt(i));
            events.add(new LedgerEvent.ChannelOpened(other, 2, other, 0, 0));
        }
        events.add(new LedgerEvent.ClosingAnnounced(account, 2, 5, 6));
        events.add(new LedgerEvent.Paid(account, 2, 7, 7));
        var reputations = folded(events);
        assertThat(reputations.channels().forgets()).isTrue();
        assertThat(reputations.of(1).asProvider().paidMicroEuro()).isEqualTo(10);
        assertThat(reputations.of(1).asProvider().closings()).isZero();
        assertThat(reputations.of(2).asProvider().paidByDriversMicroEuro()).isEqualTo(7);
        assertThat(reputations.of(2).asOperator().closings()).isEqualTo(1);
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
