package org.chargeproof.protocol.bill;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.chargeproof.billing.BillingInput;
import org.chargeproof.billing.Stay;
import org.chargeproof.billing.Terms;

/** From what bills depend on to the inputs of the program that computes them, as docs/reference/settlements.md lays down. */
final class BillComposer {
    // bounds of an input: see BillingInput
    private static final int MOST_STEPS = 1_536;
    private static final int MOST_STAYS = 4_096;
    private static final long MOST_LOAD_WH = 1 << 27;
    /** A car that takes a sixteenth less than it was told took what it was told: charge points round to whole amperes. */
    private static final int MARGIN = 16;

    private final BillingState state;
    private final Terms terms;

    BillComposer(BillingState state) {
        this.state = state;
        var market = state.terms();
        if (market == null) {
            throw new IllegalStateException("a network that does not bill has no settlements");
        }
        this.terms = new Terms(market.compensationE4(), (int) market.kappaE6());
    }

    /** The inputs of a settlement, by group, as many for each as its stays need. */
    List<BillingInput> compose(int settlement) {
        // a group's id may have been given again since
        IdentityHashMap<BillingGroup, List<BilledSession>> sessions = new IdentityHashMap<>();
        List<BillingGroup> order = new ArrayList<>();
        for (var session : state.billable(settlement)) {
            sessions.computeIfAbsent(session.plug.group, group -> {
                        order.add(group);
                        return new ArrayList<>();
                    })
                    .add(session);
        }
        // ids ascend; of two groups with the same one, the one whose session came first
        order.sort((a, b) -> Integer.compare(a.id, b.id));
        var inputs = new ArrayList<BillingInput>();
        for (var group : order) {
            inputs.addAll(of(group, Objects.requireNonNull(sessions.get(group))));
        }
        return inputs;
    }

    private List<BillingInput> of(BillingGroup group, List<BilledSession> sessions) {
        var inputs = new ArrayList<BillingInput>();
        var part = new ArrayList<BilledSession>();
        int first = 0;
        int end = 0;
        for (var session : sessions) {
            int since = session.plug.takenSince(session.fromTimestep());
            int to = session.toTimestep();
            if (!part.isEmpty()
                    && (part.size() == MOST_STAYS || Math.max(end, to) - Math.min(first, since) > MOST_STEPS)) {
                inputs.add(input(group, part, first, end));
                part.clear();
            }
            first = part.isEmpty() ? since : Math.min(first, since);
            end = part.isEmpty() ? to : Math.max(end, to);
            part.add(session);
        }
        inputs.add(input(group, part, first, end));
        return inputs;
    }

    private BillingInput input(BillingGroup group, List<BilledSession> sessions, int first, int end) {
        var meters = new Meters(group, first, end);
        var stays = sessions.stream().map(session -> stay(session, meters)).toList();
        return new BillingInput(terms, group.id, first, meters.loadWh, stays);
    }

    private Stay stay(BilledSession session, Meters meters) {
        var plug = session.plug;
        int from = session.fromTimestep();
        int to = session.toTimestep();
        int since = plug.takenSince(from);
        return new Stay(
                session.id,
                session.account.toArrayUnsafe(),
                session.terms.provider(),
                plug.operator,
                plug.id,
                from,
                to,
                since,
                earlier(plug, since, from, meters),
                session.stayed() ? Math.min(session.departureTimestep, to) : session.departureTimestep,
                plug.maxWhPerStep,
                session.joins,
                tookWhatItWasTold(session, from, to, meters),
                plug.registerWh(from - 1),
                plug.registerWh(to - 1),
                session.promisedWh,
                session.terms.pricePerKWhE4(),
                session.terms.marginPerKWhE4(),
                session.terms.vatE4(),
                session.records.toArrayUnsafe(),
                meters.of(plug, from, to),
                meters.greenOf(plug, from, to));
    }

    /** What those who were there before took, each up to where the next one begins. */
    private static List<int[]> earlier(Plug plug, int since, int from, Meters meters) {
        var starts = new ArrayList<Integer>();
        for (var session : plug.sessions) {
            int start = session.firstTimestep() < from ? session.fromTimestep() : from;
            if (start >= since && start < from && session.toTimestep() <= from) {
                starts.add(start);
            }
        }
        starts.add(from);
        var earlier = new ArrayList<int[]>();
        for (int i = 0; i + 1 < starts.size(); i++) {
            earlier.add(meters.of(plug, starts.get(i), starts.get(i + 1)));
        }
        return earlier;
    }

    /**
     * Whether what is missing was not delivered, rather than not taken: there was a final plan for each of its timesteps, its car took what
     * it was told to wherever its charge point followed, and nobody but the operator kept the group from more.
     */
    private boolean tookWhatItWasTold(BilledSession session, int from, int to, Meters meters) {
        if (session.disturbed) {
            return false;
        }
        int[] meteredWh = meters.of(session.plug, from, to);
        for (int t = from; t < to; t++) {
            Integer toldWh = state.toldWh(session.plug, t);
            if (!session.isPromisedIn(t)) {
                // interim power is no promise
                continue;
            }
            if (toldWh == null) {
                return false;
            }
            boolean part = (t == from && from > session.acceptedTimestep) || t == session.endedTimestep;
            if (!part && !state.wasDropped(session.plug, t) && meteredWh[t - from] < toldWh - toldWh / MARGIN) {
                return false;
            }
        }
        return true;
    }

    /** The readings of a group's plugs in a range of timesteps. */
    private static final class Meters {
        private final int first;
        private final IdentityHashMap<Plug, int[]> meteredWh = new IdentityHashMap<>();
        private final long[] usedWh;
        private final int[] pvWh;
        final int[] loadWh;

        Meters(BillingGroup group, int first, int end) {
            this.first = first;
            this.usedWh = new long[end - first];
            this.pvWh = new int[end - first];
            this.loadWh = new int[end - first];
            for (var plug : group.plugs) {
                int[] readings = new int[end - first];
                for (int t = first; t < end; t++) {
                    readings[t - first] = plug.meteredWh(t);
                    usedWh[t - first] += readings[t - first];
                }
                meteredWh.put(plug, readings);
            }
            for (int t = first; t < end; t++) {
                var report = group.report(t);
                usedWh[t - first] += report.loadWh();
                pvWh[t - first] = report.pvWh();
                loadWh[t - first] = (int) Math.clamp(usedWh[t - first] - report.pvWh(), -MOST_LOAD_WH, MOST_LOAD_WH);
            }
        }

        int[] of(Plug plug, int from, int to) {
            return Arrays.copyOfRange(meteredWh.get(plug), from - first, to - first);
        }

        /** Its share of the PV that was used behind the cabinet. */
        int[] greenOf(Plug plug, int from, int to) {
            int[] green = of(plug, from, to);
            for (int i = 0; i < green.length; i++) {
                int t = from - first + i;
                green[i] = green[i] == 0 ? 0 : (int) (green[i] * Math.min(pvWh[t], usedWh[t]) / usedWh[t]);
            }
            return green;
        }
    }
}
