package org.chargeproof.operator.assets;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chargeproof.operator.assets.table.EvseId;
import org.chargeproof.operator.assets.table.Ocpi;
import org.chargeproof.operator.assets.table.Problems;
import org.chargeproof.operator.assets.table.Row;
import org.chargeproof.operator.assets.table.Table;
import org.chargeproof.operator.assets.table.Table.Shape;
import org.chargeproof.protocol.ledger.GroupPolicy;

/**
 * What an operator has, as its spreadsheet says; format: docs/reference/assets.md.
 *
 * @param groups by name, in the order of the file
 */
record AssetFile(List<GroupRow> groups, List<PointRow> points, List<GuestRow> guests, Problems problems) {
    /** Nothing is said in the file. */
    static final int UNSAID = -1;

    /** Before the number of a group on chain, where a name could stand. */
    static final char ID_MARK = '#';

    private static final int MOST_CAPACITY_W = 1 << 26;
    private static final int MOST_NAME = 64;
    private static final int E7_DECIMALS = 7;
    private static final int PRICE_DECIMALS = 4;
    private static final int MOST_PRICE = 100;
    private static final int VAT_DECIMALS = 2;
    private static final int MOST_VAT = 50;
    private static final int MOST_RATED_W = 65_534 * 60;
    private static final int MOST_IDS = 20_000;

    private static final Shape SHAPE = new Shape(
            columns(),
            "type,group,capacity_w,evse_id,latitude,longitude,connector,rated_power_w,price_per_kwh,vat_percent\n"
                    + "group,garage,100000\n"
                    + "charge_point,garage,,DE*ABC*E0001,52.5163,13.3777,IEC_62196_T2,22080,0.39,19");

    /** @param limitW, pvInverterW {@link #UNSAID} to leave it as it is */
    record GroupRow(
            int line,
            String name,
            int id,
            int capacityW,
            int otherEquipmentMaxW,
            int limitW,
            boolean saysPolicy,
            GroupPolicy policy,
            int pvInverterW,
            int pvPeakW) {}

    /** @param priceFrom when a price that is changed is to count from; empty for the first timestep that can be */
    record PointRow(
            int line,
            String group,
            String evseId,
            int latitudeE7,
            int longitudeE7,
            int connector,
            int ratedPowerW,
            int minPowerW,
            Price price,
            String priceFrom) {}

    record GuestRow(int line, String group, int operator, long maxPoints, long maxRatedW) {}

    private static Map<String, List<String>> columns() {
        var columns = new java.util.LinkedHashMap<String, List<String>>();
        columns.put(
                "group",
                List.of(
                        "group",
                        "group_id",
                        "capacity_w",
                        "other_equipment_max_w",
                        "limit_w",
                        "policy",
                        "pv_inverter_w",
                        "pv_peak_w"));
        columns.put(
                "charge_point",
                List.of(
                        "group",
                        "evse_id",
                        "latitude",
                        "longitude",
                        "connector",
                        "rated_power_w",
                        "min_power_w",
                        "price_per_kwh",
                        "vat_percent",
                        "price_from"));
        columns.put("guest", List.of("group", "operator_id", "most_charge_points", "most_rated_power_w"));
        return columns;
    }

    /** Reads a file, and checks all that can be checked without a network. */
    static AssetFile read(String file) {
        var table = Table.read(file, SHAPE);
        var read = new AssetFile(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), table.problems());
        for (Row row : table.rows()) {
            switch (row.type()) {
                case "group" -> read.groups.add(group(row));
                case "charge_point" -> read.points.add(point(row));
                default -> read.guests.add(guest(row));
            }
        }
        read.requireUnique();
        read.requireGroups();
        table.problems().refuse();
        return read;
    }

    private static GroupRow group(Row row) {
        String name = row.required("group");
        if (name.length() > MOST_NAME) {
            row.problem("group has " + name.length() + " characters; a name has at most " + MOST_NAME);
        }
        if (!name.isEmpty() && name.charAt(0) == ID_MARK) {
            row.problem("group is '" + Row.shown(name) + "'; a name does not begin with " + ID_MARK
                    + ", which stands before numbers on chain: name it, and put the number into group_id");
        }
        int capacityW = (int) row.whole("capacity_w", "W", 1, MOST_CAPACITY_W);
        int inverterW = (int) row.whole("pv_inverter_w", "W", 1, MOST_CAPACITY_W, UNSAID);
        if (row.has("pv_peak_w") && inverterW == UNSAID) {
            row.problem("has pv_peak_w without pv_inverter_w; a PV plant has both, or its inverter alone");
        }
        return new GroupRow(
                row.line(),
                name,
                (int) row.whole("group_id", "a group on chain", 0, MOST_IDS, UNSAID),
                capacityW,
                (int) row.whole("other_equipment_max_w", "W (at most capacity_w)", 0, capacityW, 0),
                (int) row.whole("limit_w", "W (at most capacity_w)", 0, capacityW, UNSAID),
                row.has("policy"),
                policy(row),
                inverterW,
                (int) row.whole("pv_peak_w", "W", 1, MOST_CAPACITY_W, inverterW));
    }

    private static GroupPolicy policy(Row row) {
        if (!row.has("policy")) {
            return GroupPolicy.DEFAULT;
        }
        String text = row.required("policy");
        try {
            return GroupPolicy.parse(text);
        } catch (IllegalArgumentException e) {
            row.problem("policy is '" + Row.shown(text) + "'; it " + e.getMessage());
            return GroupPolicy.DEFAULT;
        }
    }

    private static PointRow point(Row row) {
        int ratedW = (int) row.whole("rated_power_w", "W", 1, MOST_RATED_W);
        return new PointRow(
                row.line(),
                row.required("group"),
                EvseId.of(row, "evse_id"),
                row.decimal("latitude", "degrees", E7_DECIMALS, -90, 90),
                row.decimal("longitude", "degrees", E7_DECIMALS, -180, 180),
                row.choice("connector", Ocpi.CONNECTORS, 0),
                ratedW,
                (int) row.whole("min_power_w", "W (at most rated_power_w)", 0, ratedW, 0),
                new Price(
                        row.decimal("price_per_kwh", "euros", PRICE_DECIMALS, 0, MOST_PRICE),
                        row.decimal("vat_percent", "percent", VAT_DECIMALS, 0, MOST_VAT)),
                row.has("price_from") ? row.required("price_from") : "");
    }

    private static GuestRow guest(Row row) {
        return new GuestRow(
                row.line(),
                row.required("group"),
                (int) row.whole("operator_id", "an operator", 1, 255),
                row.whole("most_charge_points", "charge points", 0, 1_000),
                row.whole("most_rated_power_w", "W", 0, 0xffff_ffffL));
    }

    private void requireUnique() {
        var lines = new HashMap<String, Integer>();
        for (GroupRow g : groups) {
            unique(lines, "group '" + Row.shown(g.name()) + "'", "g" + g.name(), g.line());
            if (g.id() != UNSAID) {
                unique(lines, "group_id " + g.id(), "i" + g.id(), g.line());
            }
        }
        for (PointRow p : points) {
            unique(lines, "evse_id " + Row.shown(p.evseId()), "e" + EvseId.key(p.evseId()), p.line());
        }
        for (GuestRow g : guests) {
            unique(
                    lines,
                    "guest " + g.operator() + " of group '" + Row.shown(g.group()) + "'",
                    "o" + g.operator() + " " + g.group(),
                    g.line());
        }
    }

    private void unique(Map<String, Integer> lines, String what, String key, int line) {
        Integer before = key.length() == 1 ? null : lines.putIfAbsent(key, line);
        if (before != null) {
            problems.add(line, what + " is in line " + before + " already; remove one of the two");
        }
    }

    private void requireGroups() {
        var names = groups.stream().map(GroupRow::name).collect(java.util.stream.Collectors.toSet());
        points.forEach(p -> requireGroup(names, p.line(), p.group()));
        guests.forEach(g -> requireGroup(names, g.line(), g.group()));
    }

    private void requireGroup(java.util.Set<String> names, int line, String group) {
        if (!group.isEmpty() && !names.contains(group) && !group.matches("#[0-9]{1,5}")) {
            problems.add(
                    line,
                    "group is '" + Row.shown(group)
                            + "', which no row of type group has; add that row, or write #7 for group 7 on chain");
        }
    }
}
