package org.chargeproof.protocol.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;
import org.chargeproof.protocol.ledger.LedgerEvent.MeterEntry;

/**
 * Events that contracts could have emitted, with everything that happens in practice and should not: reports that are late or missing,
 * fallbacks, requests in the gate, before and behind its plan, stays without a whole timestep, sessions that end at any time, drivers who
 * come and go within one timestep, and wrong plans that became final.
 */
public final class RandomHistory {
    public static final int FIRST_TIMESTEP = 2_000_000;

    public final List<LedgerEvent> events = new ArrayList<>();
    /** How many events there were at the snapshot for a timestep. */
    public final Map<Integer, Integer> snapshots = new HashMap<>();

    private final Random random;
    /** By charge point; -1 for one that was removed. */
    private final List<Integer> groupOf = new ArrayList<>();
    /** Timestep in which a charge point was removed, if it was. */
    private final Map<Integer, Integer> removedPoints = new HashMap<>();

    private final Map<Integer, Integer> removedGroups = new HashMap<>();
    private final List<Long> registerWh = new ArrayList<>();
    private final Map<Integer, Integer> openSessions = new HashMap<>();
    private final Map<Integer, Integer> firstTimesteps = new HashMap<>();
    private final Map<Integer, Integer> departures = new HashMap<>();
    private final Map<Integer, Boolean> undecided = new HashMap<>();
    /** Sessions without a whole timestep, which no right plan knows. */
    private final Set<Integer> unplanned = new HashSet<>();

    private int groups;
    private int sessions;
    private int timestep = FIRST_TIMESTEP;
    private int metersReportedUntil;

    public RandomHistory(long seed, int timesteps) {
        random = new Random(seed);
        add(new LedgerEvent.NetworkLinked(
                LedgerEvent.NetworkLinked.PROTOCOL,
                Bytes.random(20, random),
                Bytes.random(20, random),
                Bytes.random(20, random),
                Bytes.random(20, random),
                1,
                FIRST_TIMESTEP,
                900,
                60,
                5,
                4,
                2,
                3));
        registerGroup();
        registerChargePoint();
        for (int i = 0; i < timesteps; i++) {
            beforeTheGate();
            snapshots.put(timestep + 1, events.size());
            inTheGate();
            timestep++;
        }
    }

    private void beforeTheGate() {
        if (chance(10)) {
            registerGroup();
        }
        if (chance(30)) {
            registerChargePoint();
        }
        if (chance(10)) {
            removeChargePoint();
        }
        if (chance(10)) {
            removeGroup();
        }
        reports();
        for (int group = 0; group < groups; group++) {
            if (removedGroups.containsKey(group)) {
                continue;
            }
            if (chance(10)) {
                add(new LedgerEvent.GroupLimitChanged(group, random.nextInt(chance(30) ? 20_000 : 100_000)));
            }
            if (chance(5)) {
                add(policy(group));
            }
            if (chance(20)) {
                forecast(group);
            }
        }
        people(timestep + 1);
        if (chance(20)) {
            removeChargePoint();
            people(timestep + 1);
        }
    }

    private void inTheGate() {
        if (chance(30)) {
            people(timestep + 2);
        }
        if (chance(85)) {
            plan();
        } else {
            add(new LedgerEvent.FallbackDeclared(timestep, 1));
        }
        people(timestep + 2);
        if (chance(20)) {
            reports();
        }
    }

    private void people(int firstTimestep) {
        for (int chargePoint = 0; chargePoint < groupOf.size(); chargePoint++) {
            var open = openSessions.get(chargePoint);
            if (groupOf.get(chargePoint) < 0) {
                continue;
            }
            if (open == null && chance(25)) {
                request(chargePoint, firstTimestep);
                if (chance(10)) {
                    end(chargePoint);
                }
            } else if (open != null && chance(4)) {
                end(chargePoint);
            } else {
                continue;
            }
            if (groupOf.get(chargePoint) >= 0 && !openSessions.containsKey(chargePoint) && chance(50)) {
                request(chargePoint, firstTimestep);
            }
        }
    }

    private void request(int chargePoint, int firstTimestep) {
        int session = ++sessions;
        openSessions.put(chargePoint, session);
        firstTimesteps.put(session, firstTimestep);
        undecided.put(session, true);
        boolean joins = chance(70);
        int energyWh = 1 + random.nextInt(chance(10) ? 2_000 : 60_000);
        int arrival = firstTimestep + (joins && chance(30) ? random.nextInt(chance(10) ? 96 : 6) : 0);
        int departure = arrival + 1 + random.nextInt(chance(5) ? 200 : 12);
        if (arrival == firstTimestep && chance(15)) {
            departure = timestep + random.nextInt(firstTimestep - timestep + 1);
            unplanned.add(session);
        }
        departures.put(session, departure);
        add(new LedgerEvent.ChargingRequested(
                session,
                chargePoint,
                Bytes.random(20, random),
                1,
                energyWh,
                joins ? 1 + random.nextInt(energyWh) : energyWh,
                arrival,
                departure,
                joins,
                firstTimestep,
                timestep));
    }

    private void end(int chargePoint) {
        int session = openSessions.remove(chargePoint);
        undecided.remove(session);
        add(new LedgerEvent.SessionEnded(session, chargePoint, timestep, session % 3));
        if (chance(6)) {
            remove(chargePoint);
        }
    }

    /** Meters of timesteps that are over, some of them late, with some charge points left out. */
    private void reports() {
        int reported = timestep - 1 - (chance(20) ? 1 : 0);
        if (reported > metersReportedUntil && reported >= FIRST_TIMESTEP && chance(85)) {
            metersReportedUntil = reported;
            var entries = new ArrayList<MeterEntry>();
            for (int chargePoint = 0; chargePoint < groupOf.size(); chargePoint++) {
                registerWh.set(
                        chargePoint,
                        registerWh.get(chargePoint) + (chance(70) ? random.nextInt(chance(2) ? 200_000 : 6_000) : 0));
                // one says little for a long time
                if (groupOf.get(chargePoint) >= 0 && chance(chargePoint == 3 ? 10 : 85)) {
                    entries.add(new MeterEntry(chargePoint, registerWh.get(chargePoint), 0, random.nextInt(3)));
                }
            }
            add(new LedgerEvent.MetersReported(1, reported, entries));
            for (int group = 0; group < groups; group++) {
                if (!removedGroups.containsKey(group) && chance(80)) {
                    add(new LedgerEvent.GroupReported(
                            group, reported, random.nextInt(5_000), random.nextInt(9_000), random.nextInt(500)));
                }
            }
        }
    }

    /** One of four is wrong: it leaves requests undecided, decides others too early, and tells everybody to charge. */
    private void plan() {
        boolean wrong = chance(25);
        var setpointsWh = new int[groupOf.size()];
        var decisions = new ArrayList<LedgerEvent>();
        for (int chargePoint = 0; chargePoint < setpointsWh.length; chargePoint++) {
            var session = openSessions.get(chargePoint);
            setpointsWh[chargePoint] = wrong ? random.nextInt(5_500) : 0;
            if (session == null
                    || (unplanned.contains(session) && !wrong)
                    || (firstTimesteps.get(session) > timestep + 1 && !(wrong && chance(30)))) {
                continue;
            }
            boolean accepted = true;
            if (undecided.containsKey(session) && !(wrong && chance(60))) {
                undecided.remove(session);
                accepted = chance(80);
                decisions.add(new LedgerEvent.RequestDecided(
                        session, timestep + 1, accepted, chance(50) ? random.nextInt(60_000) : 0, 0, 0));
                if (!accepted) {
                    openSessions.remove(chargePoint);
                }
            }
            if (!wrong) {
                boolean isThere = accepted && departures.get(session) > timestep + 1;
                setpointsWh[chargePoint] = isThere && chance(70) ? random.nextInt(5_500) : 0;
            }
        }
        add(new LedgerEvent.PlanPosted(
                timestep + 1,
                1,
                0,
                1,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Bytes32.ZERO,
                Setpoints.pack(setpointsWh),
                Bytes.EMPTY));
        add(new LedgerEvent.PlanAttested(timestep + 1, 1, 0));
        add(new LedgerEvent.PlanFinal(timestep + 1, 0, 1, 1));
        decisions.forEach(this::add);
        if (timestep % 3 == 0) {
            add(new LedgerEvent.SetpointsApplied(timestep, 1, Bytes.of((byte) (timestep * 7))));
        }
    }

    /** An id that is free again, or else the next one, while there are few. */
    private void registerGroup() {
        int group = freeId(removedGroups, groups, 4);
        if (group >= 0) {
            groups = Math.max(groups, group + 1);
            add(new LedgerEvent.GroupRegistered(
                    group, 1, 50_000 + random.nextInt(100_000), random.nextInt(20_001), 1, 200));
            add(policy(group));
        }
    }

    private void removeGroup() {
        int group = random.nextInt(groups);
        if (!removedGroups.containsKey(group) && !groupOf.contains(group)) {
            removedGroups.put(group, timestep);
            add(new LedgerEvent.GroupRemoved(group));
        }
    }

    private void registerChargePoint() {
        int group = random.nextInt(groups);
        if (removedGroups.containsKey(group)) {
            return;
        }
        int chargePoint = freeId(removedPoints, groupOf.size(), 9);
        if (chargePoint < 0) {
            return;
        }
        if (chargePoint == groupOf.size()) {
            groupOf.add(group);
            registerWh.add(0L);
        }
        groupOf.set(chargePoint, group);
        registerWh.set(chargePoint, (long) random.nextInt(1_000_000));
        int[] minPowersW = {0, 1_380, 3_700};
        add(new LedgerEvent.ChargePointRegistered(
                chargePoint,
                group,
                1,
                3_700 + random.nextInt(20_000),
                minPowersW[random.nextInt(minPowersW.length)],
                "NO*OPR*E1"));
    }

    /** Removed ones are those without a session. */
    private void removeChargePoint() {
        int chargePoint = random.nextInt(groupOf.size());
        if (groupOf.get(chargePoint) >= 0 && !openSessions.containsKey(chargePoint)) {
            remove(chargePoint);
        }
    }

    private void remove(int chargePoint) {
        groupOf.set(chargePoint, -1);
        removedPoints.put(chargePoint, timestep);
        add(new LedgerEvent.ChargePointRemoved(chargePoint));
    }

    /** Ids are given again from the second timestep after a removal on; -1 when there is none. */
    private int freeId(Map<Integer, Integer> removed, int used, int most) {
        for (var entry : removed.entrySet()) {
            if (entry.getValue() + 2 <= timestep) {
                removed.remove(entry.getKey());
                return entry.getKey();
            }
        }
        return used < most ? used : -1;
    }

    private LedgerEvent policy(int group) {
        return switch (random.nextInt(5)) {
            case 0 -> new LedgerEvent.GroupPolicyChanged(group, 0, 0);
            case 1 -> new LedgerEvent.GroupPolicyChanged(group, 1, 100 + random.nextInt(900));
            case 2 -> new LedgerEvent.GroupPolicyChanged(group, 2, random.nextInt(101));
            case 3 -> new LedgerEvent.GroupPolicyChanged(group, 3, 0);
            default -> new LedgerEvent.GroupPolicyChanged(group, 4, 100 + random.nextInt(300));
        };
    }

    private void forecast(int group) {
        var steps = new ArrayList<ForecastStep>();
        for (int i = 0; i <= random.nextInt(120); i++) {
            int expectedWh = random.nextInt(3_000);
            steps.add(new ForecastStep(
                    expectedWh, expectedWh + random.nextInt(2_000), random.nextInt(20_000), random.nextInt(256)));
        }
        add(new LedgerEvent.ForecastPublished(
                group, timestep + 1 + (chance(10) ? random.nextInt(600) : random.nextInt(4)), steps));
    }

    private void add(LedgerEvent event) {
        events.add(event);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }
}
