package org.chargeproof.protocol.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chargeproof.protocol.ledger.LedgerEvent.ForecastStep;
import org.chargeproof.protocol.ledger.LedgerEvent.GroupReported;
import org.jspecify.annotations.Nullable;

/** Charge points behind one distribution cabinet, as the ledger tells them. Read by everybody, changed by the fold only. */
public final class Group {
    private final int id;
    private final int operator;
    private final int capacityW;
    private final int otherEquipmentMaxW;
    int limitW;
    GroupPolicy policy;
    boolean removed;
    final List<ChargePoint> chargePoints = new ArrayList<>();
    final TreeMap<Integer, ForecastStep> forecast = new TreeMap<>();
    final TreeMap<Integer, GroupReported> reports = new TreeMap<>();
    final StayHistory stays = new StayHistory();

    /** Keeps the order: an id that was given before may be below those of the others. */
    void add(ChargePoint chargePoint) {
        int place = Collections.binarySearch(chargePoints, chargePoint, Comparator.comparingInt(ChargePoint::id));
        chargePoints.add(place < 0 ? -place - 1 : place, chargePoint);
    }

    Group(LedgerEvent.GroupRegistered event) {
        this.id = event.group();
        this.operator = event.operator();
        this.capacityW = event.capacityW();
        this.otherEquipmentMaxW = event.otherEquipmentMaxW();
        this.limitW = event.capacityW();
        this.policy = GroupPolicy.of(event.policyKind(), event.policyPercent());
    }

    /** Its charge points were removed before. */
    void remove() {
        removed = true;
        forecast.clear();
        reports.clear();
        stays.clear();
    }

    public int id() {
        return id;
    }

    /** Owner of the cabinet. */
    public int operator() {
        return operator;
    }

    public int capacityW() {
        return capacityW;
    }

    public int otherEquipmentMaxW() {
        return otherEquipmentMaxW;
    }

    /** What the group may take now, other equipment included. */
    public int limitW() {
        return limitW;
    }

    /** Which of the plans that keep all promises is made. */
    public GroupPolicy policy() {
        return policy;
    }

    /** How stays turned out against what was stated. */
    public StayHistory stays() {
        return stays;
    }

    /** Whether there is nothing left of it but its id, until that is given again. */
    public boolean removed() {
        return removed;
    }

    /** In ascending order of their ids, without removed ones. */
    public List<ChargePoint> chargePoints() {
        return Collections.unmodifiableList(chargePoints);
    }

    /** The operator's forecast of a timestep, if it published one. */
    public @Nullable ForecastStep forecast(int timestep) {
        return forecast.get(timestep);
    }

    /** Measured other load and PV of a timestep, if reported. */
    public @Nullable GroupReported report(int timestep) {
        return reports.get(timestep);
    }

    /** The newest report of a timestep at or before the given one. */
    public @Nullable GroupReported latestReport(int timestep) {
        Map.Entry<Integer, GroupReported> entry = reports.floorEntry(timestep);
        return entry == null ? null : entry.getValue();
    }
}
