package org.chargeproof.protocol.bill;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.protocol.encoding.Setpoints;
import org.chargeproof.protocol.ledger.LedgerEvent;
import org.chargeproof.protocol.ledger.LedgerEvent.ChargePointRegistered;
import org.chargeproof.protocol.ledger.LedgerEvent.ChargingRequested;
import org.chargeproof.protocol.ledger.LedgerEvent.PlanFinal;
import org.chargeproof.protocol.ledger.LedgerEvent.RequestDecided;
import org.chargeproof.protocol.ledger.LedgerEvent.SessionEnded;
import org.chargeproof.protocol.ledger.LedgerEvent.SetpointsApplied;

/**
 * docs/reference/settlements.md, read once more: from all events at once, interim power among them, with no regard for time or memory.
 */
final class StaysByTheBook {
    /** What the rules make of a session. */
    record Line(
            int session,
            int from,
            int to,
            int since,
            long energyWh,
            long greenWh,
            boolean took,
            int promisedWh,
            int departure,
            List<Integer> starts) {}

    private final List<LedgerEvent> events;
    private final Map<Integer, List<StayOf>> stays = new HashMap<>();
    private final int stepsPerHour;

    StaysByTheBook(List<LedgerEvent> events, int stepsPerHour) {
        this.events = events;
        this.stepsPerHour = stepsPerHour;
    }

    /** All sessions that could be billed at a settlement if none had been before. */
    SortedMap<Integer, Line> lines(int settlement, int grace) {
        var lines = new TreeMap<Integer, Line>();
        for (int i = 0; i < events.size(); i++) {
            if (!(events.get(i) instanceof ChargingRequested request)) {
                continue;
            }
            var stay = stay(i, request);
            if (stay != null && stay.over + grace <= settlement) {
                lines.put(request.session(), line(stay));
            }
        }
        return lines;
    }

    private static final class StayOf {
        ChargingRequested request;
        int plugAt;
        /** -1 for one without a promise. */
        int accepted = -1;

        int interimFrom = -1;
        int interimTo = -1;
        int ended = -1;
        int endedBy;
        int over;
        int to;

        int first() {
            return interimFrom < 0 ? accepted : interimFrom;
        }
    }

    /** Null for one that could never charge. */
    private StayOf stay(int at, ChargingRequested request) {
        var stay = new StayOf();
        stay.request = request;
        stay.plugAt = registrationBefore(at, request.chargePoint());
        for (var event : events.subList(at, events.size())) {
            if (event instanceof LedgerEvent.PowerGranted e && e.session() == request.session()) {
                stay.interimTo = e.timestep() + 1;
                if (stay.accepted < 0 && stay.interimFrom < 0) {
                    stay.interimFrom = e.timestep();
                }
            } else if (event instanceof RequestDecided e && e.session() == request.session() && stay.ended < 0) {
                if (!e.accepted()) {
                    stay.ended = Math.max(e.timestep() - 1, stay.interimTo - 1);
                } else if (e.timestep() < request.departureTimestep()) {
                    stay.accepted = e.timestep();
                }
            } else if (event instanceof SessionEnded e && e.session() == request.session()) {
                stay.ended = e.timestep();
                stay.endedBy = e.by();
            }
        }
        stay.over = Math.max(request.departureTimestep(), stay.interimTo);
        if (stay.ended >= 0) {
            stay.over = Math.min(stay.over, stay.ended + 1);
        }
        if (stay.accepted >= 0 && stay.ended >= 0 && stay.ended < stay.accepted) {
            // a promise that never began
            stay.accepted = -1;
        }
        stay.to = stay.accepted < 0 ? Math.min(stay.over, stay.interimTo) : stay.over;
        return stay.first() >= 0 && stay.to > stay.first() ? stay : null;
    }

    private int registrationBefore(int at, int chargePoint) {
        for (int i = at; i >= 0; i--) {
            if (events.get(i) instanceof ChargePointRegistered e && e.chargePoint() == chargePoint) {
                return i;
            }
        }
        throw new IllegalStateException();
    }

    /** Where a plug's own events end: with the next registration of its id. */
    private int registrationAfter(int plugAt) {
        int chargePoint = ((ChargePointRegistered) events.get(plugAt)).chargePoint();
        for (int i = plugAt + 1; i < events.size(); i++) {
            if (events.get(i) instanceof ChargePointRegistered e && e.chargePoint() == chargePoint) {
                return i;
            }
        }
        return events.size();
    }

    private final Map<Integer, TreeMap<Integer, LedgerEvent.MeterEntry>> reports = new HashMap<>();

    private NavigableMap<Integer, LedgerEvent.MeterEntry> reports(int plugAt) {
        return reports.computeIfAbsent(plugAt, at -> {
            var all = new TreeMap<Integer, LedgerEvent.MeterEntry>();
            int chargePoint = ((ChargePointRegistered) events.get(at)).chargePoint();
            for (var event : events.subList(at, registrationAfter(at))) {
                if (event instanceof LedgerEvent.MetersReported e) {
                    for (var entry : e.entries()) {
                        if (entry.chargePoint() == chargePoint) {
                            all.put(e.timestep(), entry);
                        }
                    }
                }
            }
            return all;
        });
    }

    private long registerWh(int plugAt, int timestep) {
        var all = reports(plugAt);
        if (all.isEmpty()) {
            return 0;
        }
        if (timestep <= all.firstKey()) {
            return all.firstEntry().getValue().registerWh();
        }
        if (timestep >= all.lastKey()) {
            return all.lastEntry().getValue().registerWh();
        }
        var a = all.floorEntry(timestep);
        var b = all.higherEntry(timestep);
        long rise = b.getValue().registerWh() - a.getValue().registerWh();
        int passed = 0;
        int steps = 0;
        for (int t = a.getKey() + 1; t <= b.getKey(); t++) {
            if (couldCharge(plugAt, t)) {
                steps++;
                passed += t <= timestep ? 1 : 0;
            }
        }
        return a.getValue().registerWh()
                + (steps == 0
                        ? Math.floorDiv(rise * (timestep - a.getKey()), b.getKey() - a.getKey())
                        : Math.floorDiv(rise * passed, steps));
    }

    private boolean couldCharge(int plugAt, int timestep) {
        return stays(plugAt).stream().anyMatch(stay -> stay.first() <= timestep && timestep < stay.to);
    }

    private List<StayOf> stays(int plugAt) {
        return stays.computeIfAbsent(plugAt, at -> {
            var all = new ArrayList<StayOf>();
            for (int i = 0; i < events.size(); i++) {
                if (events.get(i) instanceof ChargingRequested e && registrationBefore(i, e.chargePoint()) == at) {
                    var stay = stay(i, e);
                    if (stay != null) {
                        all.add(stay);
                    }
                }
            }
            return all;
        });
    }

    private int meteredWh(int plugAt, int timestep) {
        int most = ((ChargePointRegistered) events.get(plugAt)).ratedPowerW() / stepsPerHour;
        return (int) Math.min(most, registerWh(plugAt, timestep) - registerWh(plugAt, timestep - 1));
    }

    private boolean occupied(int plugAt, int timestep) {
        var entry = reports(plugAt).floorEntry(timestep);
        return entry != null && entry.getValue().status() == 2;
    }

    private int from(StayOf stay) {
        for (int t = stay.first(); t < stay.to; t++) {
            if (occupied(stay.plugAt, t) || meteredWh(stay.plugAt, t) > 0) {
                return t;
            }
        }
        return stay.to - 1;
    }

    private Line line(StayOf stay) {
        int from = from(stay);
        var starts = new TreeSet<Integer>();
        int since = from;
        for (boolean found = true; found; ) {
            found = false;
            for (var other : stays(stay.plugAt)) {
                // the one right before, as nobody else was there between
                if (other == null
                        || other.to > since
                        || other.first() >= since
                        || isBetween(other, since, stay.plugAt)) {
                    continue;
                }
                boolean unbroken = true;
                for (int t = other.to - 1; t < since; t++) {
                    unbroken &= occupied(stay.plugAt, t);
                }
                if (unbroken && from(other) >= from - 768) {
                    since = from(other);
                    starts.add(since);
                    found = true;
                    break;
                }
            }
        }
        long energyWh = 0;
        long greenWh = 0;
        for (int t = from; t < stay.to; t++) {
            int metered = meteredWh(stay.plugAt, t);
            energyWh += metered;
            greenWh += green(stay.plugAt, t, metered);
        }
        var next = reports(stay.plugAt).ceilingEntry(stay.ended);
        boolean stayed = stay.to >= stay.request.departureTimestep()
                || (stay.endedBy == SessionEnded.BY_OPERATOR
                        && (next == null || next.getValue().status() == 2));
        return new Line(
                stay.request.session(),
                from,
                stay.to,
                since,
                energyWh,
                greenWh,
                took(stay, from),
                promisedWh(stay),
                stayed ? Math.min(stay.to, stay.request.departureTimestep()) : stay.request.departureTimestep(),
                List.copyOf(starts));
    }

    private boolean isBetween(StayOf other, int since, int plugAt) {
        return stays(plugAt).stream().anyMatch(third -> third.first() >= other.to && third.to <= since);
    }

    private int groupAt(int plugAt) {
        int group = ((ChargePointRegistered) events.get(plugAt)).group();
        for (int i = plugAt; i >= 0; i--) {
            if (events.get(i) instanceof LedgerEvent.GroupRegistered e && e.group() == group) {
                return i;
            }
        }
        throw new IllegalStateException();
    }

    private long green(int plugAt, int timestep, int metered) {
        int groupAt = groupAt(plugAt);
        int group = ((LedgerEvent.GroupRegistered) events.get(groupAt)).group();
        long used = 0;
        long pv = 0;
        for (int i = groupAt; i < events.size(); i++) {
            var event = events.get(i);
            if (event instanceof LedgerEvent.GroupRegistered e && e.group() == group && i > groupAt) {
                break;
            }
            if (event instanceof ChargePointRegistered e && e.group() == group) {
                used += meteredWh(i, timestep);
            }
            if (event instanceof LedgerEvent.GroupReported e && e.group() == group && e.timestep() == timestep) {
                used += e.loadWh();
                pv = e.pvWh();
            }
        }
        return used == 0 ? 0 : metered * Math.min(pv, used) / used;
    }

    private int promisedWh(StayOf stay) {
        if (stay.accepted < 0) {
            return 0;
        }
        int offerWh = events.stream()
                .filter(e -> e instanceof RequestDecided d && d.session() == stay.request.session() && d.accepted())
                .mapToInt(e -> ((RequestDecided) e).offerEnergyWh())
                .findFirst()
                .orElseThrow();
        return offerWh == 0 ? stay.request.energyWh() : Math.min(offerWh, stay.request.energyWh());
    }

    private boolean took(StayOf stay, int from) {
        if (stay.accepted < 0) {
            return true;
        }
        int promisedTo = Math.min(stay.to, stay.request.departureTimestep());
        for (int t = Math.max(from, stay.accepted); t < promisedTo; t++) {
            Bytes told = null;
            Bytes applied = null;
            for (var event : events) {
                if (event instanceof PlanFinal e && e.timestep() == t) {
                    told = posted(t, e.candidate());
                }
                if (event instanceof SetpointsApplied e && e.timestep() == t && e.operator() == 1) {
                    applied = e.chargePoints();
                }
            }
            if (told == null) {
                return false;
            }
            int point = stay.request.chargePoint();
            boolean dropped =
                    applied != null && (point / 8 >= applied.size() || (applied.get(point / 8) >> point % 8 & 1) == 0);
            int wh = Setpoints.read(told, point);
            boolean part = (t == from && from > stay.accepted) || t == stay.ended;
            if (!part && !dropped && meteredWh(stay.plugAt, t) < wh - wh / 16) {
                return false;
            }
        }
        return true;
    }

    private Bytes posted(int timestep, int candidate) {
        var found = new ArrayList<Bytes>();
        for (var event : events) {
            if (event instanceof LedgerEvent.PlanPosted e && e.timestep() == timestep && e.candidate() == candidate) {
                found.add(e.setpoints());
            }
        }
        return found.getLast();
    }
}
