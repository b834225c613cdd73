package org.chargeproof.protocol.reputation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.plan.RandomHistory;

/** A {@link RandomHistory} of several operators and providers, with settlements of any sums, channels, and records of meters. */
final class RandomMarket {
    static final int EVERY = 4;
    static final int GRACE = 3;
    /** Ids from 1 on: operators, then providers without charge points. */
    static final int OPERATORS = 3;

    static final int IDS = 5;

    final List<LedgerEvent> events = new ArrayList<>();
    private final Random random;
    /** The owner of an id, or a driver's wallet of number 10 and above; by channel: provider, epoch, deposit, accepted, paid, closing. */
    private final Map<List<Integer>, long[]> open = new HashMap<>();

    private final Map<List<Integer>, Integer> epochs = new HashMap<>();
    private final Map<Integer, Integer> operatorOfPoint = new HashMap<>();
    private final Map<Integer, Integer> operatorOfSession = new HashMap<>();

    RandomMarket(long seed, int timesteps) {
        random = new Random(seed);
        var history = new RandomHistory(seed, timesteps);
        var none = Bytes.repeat((byte) 1, 20);
        events.add(new LedgerEvent.MarketLinked(none, none, none, none, none, none, EVERY, GRACE, 1_000, 1_000_000));
        int done = 0;
        for (int t = RandomHistory.FIRST_TIMESTEP + 2; t <= RandomHistory.FIRST_TIMESTEP + timesteps; t++) {
            int until = history.snapshots.get(t);
            for (var event : history.events.subList(done, until)) {
                add(event);
                if (chance(20)) {
                    channel(t);
                }
            }
            done = until;
            if (t % EVERY == 0) {
                settlement(t);
            }
        }
    }

    static Bytes accountOf(int party) {
        return Bytes.repeat((byte) (0x40 + party), 20);
    }

    private void add(LedgerEvent event) {
        switch (event) {
            case LedgerEvent.ChargePointRegistered e -> {
                int operator = 1 + random.nextInt(OPERATORS);
                operatorOfPoint.put(e.chargePoint(), operator);
                events.add(new LedgerEvent.ChargePointRegistered(
                        e.chargePoint(), e.group(), operator, e.ratedPowerW(), e.minPowerW(), e.evseId()));
            }
            case LedgerEvent.ChargingRequested e -> {
                operatorOfSession.put(e.session(), operatorOfPoint.get(e.chargePoint()));
                events.add(new LedgerEvent.ChargingRequested(
                        e.session(),
                        e.chargePoint(),
                        e.account(),
                        1 + random.nextInt(IDS),
                        e.energyWh(),
                        e.leastEnergyWh(),
                        e.arrivalTimestep(),
                        e.departureTimestep(),
                        e.joins(),
                        e.firstTimestep(),
                        e.timestep()));
            }
            case LedgerEvent.SessionEnded e -> {
                events.add(new LedgerEvent.SessionEnded(e.session(), e.chargePoint(), e.timestep(), random.nextInt(3)));
                if (chance(60)) {
                    // now and then somebody else's word
                    int operator = chance(80) ? operatorOfSession.get(e.session()) : 1 + random.nextInt(OPERATORS);
                    events.add(new LedgerEvent.SessionsRecorded(
                            operator, List.of(new LedgerEvent.SessionRecord(e.session(), Bytes32.repeat((byte)
                                    random.nextInt(3))))));
                }
            }
            default -> events.add(event);
        }
    }

    private void settlement(int timestep) {
        for (int candidate = 0; candidate < 2; candidate++) {
            events.add(new LedgerEvent.SettlementPosted(
                    timestep, 1, candidate, 1, Bytes32.ZERO, Bytes32.ZERO, 0, 0, sums()));
        }
        if (chance(80)) {
            events.add(new LedgerEvent.SettlementFinal(timestep, random.nextInt(2), 1, 1));
        }
    }

    private Bytes sums() {
        var out = ByteBuffer.allocate(26 * IDS * OPERATORS);
        for (int provider = 1; provider <= IDS; provider++) {
            for (int operator = 1; operator <= OPERATORS; operator++) {
                if (chance(40)) {
                    out.put((byte) provider)
                            .put((byte) operator)
                            .putLong(amount())
                            .putLong(amount());
                    out.putLong(chance(20) ? amount() : 0);
                }
            }
        }
        // a quorum may stand for anything
        return Bytes.wrap(out.array(), 0, out.position());
    }

    private long amount() {
        return chance(1) ? -1L - random.nextInt(9) : chance(20) ? 0 : random.nextInt(1_000_000);
    }

    private void channel(int timestep) {
        int party = chance(50) ? 1 + random.nextInt(IDS) : 10 + random.nextInt(4);
        int payee = 1 + random.nextInt(IDS);
        if (party == payee) {
            return;
        }
        var pair = List.of(party, payee);
        var payer = accountOf(party);
        long[] c = open.get(pair);
        if (c == null) {
            int provider = party < 10 ? party : 0;
            int epoch = epochs.merge(pair, 1, Integer::sum) - 1;
            long deposit = 1L + random.nextInt(5_000_000);
            open.put(pair, new long[] {deposit, 0, 0, 0});
            events.add(new LedgerEvent.ChannelOpened(payer, payee, accountOf(99), provider, epoch));
            events.add(new LedgerEvent.Deposited(payer, payee, deposit));
            return;
        }
        switch (random.nextInt(8)) {
            case 0 -> {
                c[0] += random.nextInt(1_000_000);
                events.add(new LedgerEvent.Deposited(payer, payee, c[0]));
            }
            case 1 -> {
                if (c[3] == 0) {
                    c[3] = timestep;
                    events.add(new LedgerEvent.ClosingAnnounced(payer, payee, timestep, timestep * 900L + 604_800));
                }
            }
            case 2 -> {
                if (c[3] != 0) {
                    open.remove(pair);
                    events.add(new LedgerEvent.ChannelClosed(payer, payee, c[2], c[0]));
                }
            }
            default -> {
                c[1] += 1 + random.nextInt(500_000);
                events.add(new LedgerEvent.VoucherAccepted(payer, payee, c[1]));
                long due = Math.min(c[1] - c[2], c[0]);
                if (due > 0 && chance(70)) {
                    c[0] -= due;
                    c[2] += due;
                    events.add(new LedgerEvent.Paid(payer, payee, due, c[2]));
                }
            }
        }
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }
}
