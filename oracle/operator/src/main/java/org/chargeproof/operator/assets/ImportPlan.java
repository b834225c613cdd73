package org.chargeproof.operator.assets;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.contracts.AssetRegistry;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.assets.AssetFile.GroupRow;
import org.chargeproof.operator.assets.AssetFile.GuestRow;
import org.chargeproof.operator.assets.AssetFile.PointRow;
import org.chargeproof.operator.assets.table.EvseId;
import org.chargeproof.operator.assets.table.Problems;
import org.chargeproof.operator.assets.table.Row;
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.core.RemoteFunctionCall;

/**
 * What has to be written so that the chain says what a file says. Groups have no names on chain: a row's group is the one that its charge
 * points stand in, or the next own one without charge points of one's own that has the same capacity and other equipment.
 */
final class ImportPlan {
    private static final int MOST_GROUPS = 5_000;
    private static final int MOST_OWN_GROUPS = 1_000;
    private static final int MOST_POINTS = 20_000;
    private static final int MOST_OWN_POINTS = 5_000;
    private static final int MOST_POINTS_OF_GROUP = 1_000;
    private static final int MOST_WH_PER_STEP = 65_534;

    private final Network network;
    private final AssetRegistry assets;
    private final AssetFile file;
    private final ChainAssets chain;
    private final Problems problems;

    private final Map<String, Integer> groupIds = new LinkedHashMap<>();
    private final List<GroupRow> newGroups = new ArrayList<>();
    private final List<GroupChange> groupChanges = new ArrayList<>();
    private final List<PointRow> newPoints = new ArrayList<>();
    private final List<PriceChange> priceChanges = new ArrayList<>();
    private final List<ChainAssets.Point> removedPoints = new ArrayList<>();
    private final List<ChainAssets.Group> removedGroups = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, ChainAssets.Point> known = new HashMap<>();
    private final PriceTimes times;
    private int left;

    /**
     * Something of a group that changes.
     *
     * @param group as the file names it
     * @param call by the group's id
     */
    record GroupChange(String group, String what, IntFunction<RemoteFunctionCall<?>> call) {}

    /**
     * A price that changes.
     *
     * @param asked whether the file says from when on; else it is the first timestep that can be
     */
    record PriceChange(ChainAssets.Point point, Price price, int fromTimestep, boolean asked) {}

    private ImportPlan(Network network, AssetFile file, ChainAssets chain) {
        this.network = network;
        this.assets = network.assets();
        this.file = file;
        this.chain = chain;
        this.problems = file.problems();
        this.times = PriceTimes.now(network);
    }

    /**
     * Compares a file with the chain.
     *
     * @throws org.chargeproof.console.input.BadInputException for all that the contracts would refuse or cannot change, at once
     */
    static ImportPlan of(Network network, AssetFile file, ChainAssets chain, boolean removeMissing) {
        var plan = new ImportPlan(network, file, chain);
        chain.points().values().forEach(p -> plan.known.putIfAbsent(EvseId.key(p.evseId()), p));
        plan.match();
        file.groups().forEach(plan::compare);
        file.points().forEach(plan::compare);
        file.guests().forEach(plan::compare);
        if (removeMissing) {
            plan.removeMissing();
        }
        plan.requireRoom();
        plan.problems.refuse();
        return plan;
    }

    Map<String, Integer> groupIds() {
        return groupIds;
    }

    List<GroupRow> newGroups() {
        return newGroups;
    }

    List<GroupChange> groupChanges() {
        return groupChanges;
    }

    List<PointRow> newPoints() {
        return newPoints;
    }

    List<PriceChange> priceChanges() {
        return priceChanges;
    }

    List<ChainAssets.Point> removedPoints() {
        return removedPoints;
    }

    List<ChainAssets.Group> removedGroups() {
        return removedGroups;
    }

    /** What could not be done, though the file asks for it. */
    List<String> notes() {
        return notes;
    }

    /** Groups and charge points that are as the file says. */
    int left() {
        return left;
    }

    boolean isEmpty() {
        return newGroups.isEmpty()
                && groupChanges.isEmpty()
                && newPoints.isEmpty()
                && priceChanges.isEmpty()
                && removedPoints.isEmpty()
                && removedGroups.isEmpty();
    }

    /** The number on chain that a file's group has; it is registered by then. */
    int idOf(String group) {
        return group.charAt(0) == AssetFile.ID_MARK
                ? Integer.parseInt(group.substring(1))
                : Objects.requireNonNull(groupIds.get(group), group);
    }

    private void match() {
        var taken = new HashSet<Integer>();
        for (GroupRow row : file.groups()) {
            if (row.id() != AssetFile.UNSAID) {
                matchById(row, taken);
            }
        }
        matchByPoints(taken);
        var withOwn =
                chain.points().values().stream().map(ChainAssets.Point::group).collect(Collectors.toSet());
        var filled = file.points().stream().map(PointRow::group).collect(Collectors.toSet());
        for (GroupRow row : file.groups()) {
            if (row.id() == AssetFile.UNSAID && !groupIds.containsKey(row.name())) {
                chain.ownGroups().stream()
                        .filter(g -> !taken.contains(g.id()) && !withOwn.contains(g.id()))
                        // one in which guests stand is no place for charge points that are new
                        .filter(g -> g.points() == 0 || !filled.contains(row.name()))
                        .filter(g ->
                                g.capacityW() == row.capacityW() && g.otherEquipmentMaxW() == row.otherEquipmentMaxW())
                        .findFirst()
                        .ifPresent(g -> {
                            taken.add(g.id());
                            groupIds.put(row.name(), g.id());
                        });
            }
        }
    }

    private void matchById(GroupRow row, Set<Integer> taken) {
        var group = chain.groups().get(row.id());
        if (group == null || group.operator() != chain.operator()) {
            problems.add(
                    row.line(),
                    "group_id is " + row.id()
                            + ", which is no group of yours; 'assets list' shows their numbers. Leave it"
                            + " empty for a new group");
            return;
        }
        taken.add(row.id());
        groupIds.put(row.name(), row.id());
    }

    /** Where most of a row's charge points stand; whoever has more of them there comes first. */
    private void matchByPoints(Set<Integer> taken) {
        var rows = file.groups().stream()
                .filter(r -> r.id() == AssetFile.UNSAID)
                .collect(Collectors.toMap(GroupRow::name, r -> r));
        record Claim(String name, int group, long points) {}
        var counts = new LinkedHashMap<String, Map<Integer, Long>>();
        for (PointRow p : file.points()) {
            var there = known.get(EvseId.key(p.evseId()));
            if (there != null && rows.containsKey(p.group())) {
                counts.computeIfAbsent(p.group(), n -> new HashMap<>()).merge(there.group(), 1L, Long::sum);
            }
        }
        counts.entrySet().stream()
                .flatMap(
                        e -> e.getValue().entrySet().stream().map(c -> new Claim(e.getKey(), c.getKey(), c.getValue())))
                .filter(c -> {
                    var group = chain.groups().get(c.group());
                    return group != null && group.operator() == chain.operator();
                })
                .sorted(java.util.Comparator.comparingLong(Claim::points)
                        .reversed()
                        .thenComparingInt(Claim::group))
                .forEach(c -> {
                    if (!groupIds.containsKey(c.name()) && taken.add(c.group())) {
                        groupIds.put(c.name(), c.group());
                    }
                });
    }

    private void compare(GroupRow row) {
        Integer id = groupIds.get(row.name());
        var there = id == null ? null : chain.groups().get(id);
        if (there == null) {
            if (row.id() == AssetFile.UNSAID) {
                newGroups.add(row);
                if (row.limitW() != AssetFile.UNSAID && row.limitW() != row.capacityW()) {
                    changeLimit(row, "");
                }
                if (row.pvInverterW() != AssetFile.UNSAID) {
                    addPv(row);
                }
            }
            return;
        }
        int before = groupChanges.size();
        String fixed = "; the contracts do not change it. Register a new group, or write what is on chain";
        if (there.capacityW() != row.capacityW()) {
            problems.add(
                    row.line(),
                    "capacity_w is " + row.capacityW() + ", but group " + id + " on chain has " + there.capacityW()
                            + fixed);
        }
        if (there.otherEquipmentMaxW() != row.otherEquipmentMaxW()) {
            problems.add(
                    row.line(),
                    "other_equipment_max_w is " + row.otherEquipmentMaxW() + ", but group " + id + " on chain has "
                            + there.otherEquipmentMaxW() + fixed);
        }
        if (row.limitW() != AssetFile.UNSAID && there.limitW() != row.limitW()) {
            changeLimit(row, " (until now " + there.limitW() + " W)");
        }
        if (row.saysPolicy() && !there.policy().equals(row.policy())) {
            groupChanges.add(new GroupChange(
                    row.name(),
                    "policy " + row.policy().text() + " (until now "
                            + there.policy().text() + ")",
                    g -> assets.setGroupPolicy(
                            big(g), big(row.policy().code()), big(row.policy().percent()))));
        }
        if (row.pvInverterW() != AssetFile.UNSAID) {
            comparePv(row, there);
        }
        left += groupChanges.size() == before ? 1 : 0;
    }

    private void comparePv(GroupRow row, ChainAssets.Group there) {
        if (there.pvs() == 0) {
            addPv(row);
            return;
        }
        var inverterW = network.client().call(assets.inverterWOf(big(there.id())));
        if (!inverterW.equals(big(row.pvInverterW()))) {
            problems.add(
                    row.line(),
                    "pv_inverter_w is " + row.pvInverterW() + ", but the PV of group " + there.id() + " on chain has "
                            + inverterW + "; the contracts do not change it. Write what is on chain");
        }
    }

    private void changeLimit(GroupRow row, String before) {
        groupChanges.add(new GroupChange(
                row.name(),
                "limit " + row.limitW() + " W" + before,
                g -> assets.setGroupLimit(big(g), big(row.limitW()))));
    }

    private void addPv(GroupRow row) {
        groupChanges.add(new GroupChange(
                row.name(),
                "PV with an inverter of " + row.pvInverterW() + " W",
                g -> assets.registerPv(big(g), big(row.pvInverterW()), big(row.pvPeakW()))));
    }

    private void compare(PointRow row) {
        int steps = network.parameters().stepsPerHour();
        if (row.ratedPowerW() < steps || row.ratedPowerW() > MOST_WH_PER_STEP * steps) {
            problems.add(
                    row.line(),
                    "rated_power_w is " + row.ratedPowerW() + "; on this network it must be from " + steps + " to "
                            + MOST_WH_PER_STEP * steps);
        }
        boolean asked = !row.priceFrom().isEmpty();
        long asksFor = 0;
        try {
            asksFor = asked ? times.timestep("price_from", row.priceFrom()) : 0;
        } catch (BadInputException e) {
            problem(row, e);
            return;
        }
        var there = known.get(EvseId.key(row.evseId()));
        if (there == null) {
            newPoints.add(row);
            return;
        }
        String fixed = "; the contracts do not change it. Write what is on chain; or leave the row out, run with"
                + " --remove-missing, and import it again as a new charge point";
        @Nullable
        Integer group =
                row.group().charAt(0) == AssetFile.ID_MARK ? (Integer) idOf(row.group()) : groupIds.get(row.group());
        if (group == null || group != there.group()) {
            problems.add(
                    row.line(),
                    "group is '" + Row.shown(row.group()) + "', but charge point " + there.id() + " stands in group "
                            + there.group() + " on chain" + fixed);
        }
        fixed(row, there, "rated_power_w", row.ratedPowerW(), there.ratedPowerW(), fixed);
        fixed(row, there, "min_power_w", row.minPowerW(), there.minPowerW(), fixed);
        fixed(row, there, "latitude (times 10^7)", row.latitudeE7(), there.latitudeE7(), fixed);
        fixed(row, there, "longitude (times 10^7)", row.longitudeE7(), there.longitudeE7(), fixed);
        fixed(row, there, "connector (by number)", row.connector(), there.connector(), fixed);
        comparePrice(row, there, asked, asksFor);
    }

    /** The chain is to end up with the file's price: what is announced counts as being there. */
    private void comparePrice(PointRow row, ChainAssets.Point there, boolean asked, long asksFor) {
        var next = there.price().next();
        if (row.price().equals(there.price().last()) && (!asked || next == null || asksFor == next.fromTimestep())) {
            left++;
            return;
        }
        try {
            int from = asked ? times.parse("price_from", row.priceFrom()) : times.earliest();
            priceChanges.add(new PriceChange(there, row.price(), from, asked));
        } catch (BadInputException e) {
            problem(row, e);
        }
    }

    /** Without the full stop, which the list of problems has its own way with. */
    private void problem(PointRow row, BadInputException e) {
        problems.add(row.line(), String.valueOf(e.getMessage()).replaceAll("\\.$", ""));
    }

    private void fixed(PointRow row, ChainAssets.Point there, String column, int wanted, int is, String fixed) {
        if (wanted != is) {
            problems.add(
                    row.line(),
                    column + " is " + wanted + ", but charge point " + there.id() + " on chain has " + is + fixed);
        }
    }

    private void compare(GuestRow row) {
        @Nullable
        Integer id =
                row.group().charAt(0) == AssetFile.ID_MARK ? (Integer) idOf(row.group()) : groupIds.get(row.group());
        if (id != null) {
            var group = chain.groups().get(id);
            if (group == null || group.operator() != chain.operator()) {
                problems.add(row.line(), "group " + id + " is not yours; only its operator lets guests in");
                return;
            }
            var guest = network.client().call(assets.guestOf(big(id), big(row.operator())));
            if (guest.component3().equals(big(row.maxPoints()))
                    && guest.component4().equals(big(row.maxRatedW()))) {
                return;
            }
        } else if (row.maxPoints() == 0 && row.maxRatedW() == 0) {
            return;
        }
        if (row.operator() == chain.operator()) {
            problems.add(row.line(), "operator_id is " + row.operator() + ", which is you; you need no leave");
        }
        groupChanges.add(new GroupChange(
                row.group(),
                "operator " + row.operator() + " may have " + row.maxPoints() + " charge points with " + row.maxRatedW()
                        + " W in it",
                g -> assets.openGroup(big(g), big(row.operator()), big(row.maxPoints()), big(row.maxRatedW()))));
    }

    private void removeMissing() {
        var named = file.points().stream().map(p -> EvseId.key(p.evseId())).collect(Collectors.toSet());
        var kept = new HashSet<>(groupIds.values());
        file.points().stream()
                .filter(p -> p.group().charAt(0) == AssetFile.ID_MARK)
                .forEach(p -> kept.add(idOf(p.group())));
        file.guests().stream()
                .filter(g -> g.group().charAt(0) == AssetFile.ID_MARK)
                .forEach(g -> kept.add(idOf(g.group())));
        var pointsLeft = new HashMap<Integer, Integer>();
        chain.groups().values().forEach(g -> pointsLeft.put(g.id(), g.points()));
        for (var p : chain.points().values()) {
            boolean twice = !p.equals(known.get(EvseId.key(p.evseId())));
            if (named.contains(EvseId.key(p.evseId())) && !twice) {
                continue;
            }
            var session = network.client().call(network.charging().openSession(big(p.id())));
            if (session.signum() != 0) {
                notes.add("charge point " + p.id() + " (" + p.evseId() + ") is left: session " + session
                        + " is open on it. Run the command again when it has ended.");
                continue;
            }
            removedPoints.add(p);
            pointsLeft.merge(p.group(), -1, Integer::sum);
        }
        for (var g : chain.ownGroups()) {
            if (kept.contains(g.id())) {
                continue;
            }
            if (pointsLeft.getOrDefault(g.id(), 0) > 0) {
                notes.add("group " + g.id() + " is left: charge points stand in it.");
            } else {
                removedGroups.add(g);
            }
        }
    }

    /** What the contracts would refuse because something is full. */
    private void requireRoom() {
        int ownGroups = chain.ownGroups().size();
        room(newGroups.size(), ownGroups, MOST_OWN_GROUPS, "groups of one operator", firstNewGroup());
        room(
                newGroups.size() - (chain.ownGroupIds() - ownGroups),
                chain.groupIds(),
                MOST_GROUPS,
                "groups of a network",
                firstNewGroup());
        int ownPoints = chain.points().size();
        room(
                newPoints.size() - removedPoints.size(),
                ownPoints,
                MOST_OWN_POINTS,
                "charge points of one operator",
                firstNewPoint());
        room(
                newPoints.size() - (chain.ownPointIds() - ownPoints),
                chain.pointIds(),
                MOST_POINTS,
                "charge points of a network",
                firstNewPoint());
        var perGroup = new LinkedHashMap<String, List<PointRow>>();
        newPoints.forEach(
                p -> perGroup.computeIfAbsent(p.group(), n -> new ArrayList<>()).add(p));
        perGroup.forEach(this::requireRoom);
    }

    private void requireRoom(String name, List<PointRow> points) {
        int line = points.getFirst().line();
        @Nullable Integer id = name.charAt(0) == AssetFile.ID_MARK ? (Integer) idOf(name) : groupIds.get(name);
        if (id == null) {
            room(points.size(), 0, MOST_POINTS_OF_GROUP, "charge points of group '" + Row.shown(name) + "'", line);
            return;
        }
        var group = chain.groups().get(id);
        if (group == null) {
            problems.add(line, "group " + id + " is not on chain; 'assets list' shows the numbers of groups");
            return;
        }
        long removed = removedPoints.stream().filter(p -> p.group() == id).count();
        room(points.size(), group.points() - (int) removed, MOST_POINTS_OF_GROUP, "charge points of group " + id, line);
        if (group.operator() != chain.operator()) {
            requireGuestRoom(id, group.operator(), points, line);
        }
    }

    private void requireGuestRoom(int id, int owner, List<PointRow> points, int line) {
        var guest = network.client().call(assets.guestOf(big(id), big(chain.operator())));
        var inside = removedPoints.stream().filter(p -> p.group() == id).toList();
        long count = guest.component1().longValueExact() + points.size() - inside.size();
        long ratedW = guest.component2().longValueExact()
                + points.stream().mapToLong(PointRow::ratedPowerW).sum()
                - inside.stream().mapToLong(ChainAssets.Point::ratedPowerW).sum();
        if (count > guest.component3().longValueExact()
                || ratedW > guest.component4().longValueExact()) {
            problems.add(
                    line,
                    "group " + id + " is operator " + owner + "'s; you would have " + count + " charge points with "
                            + ratedW
                            + " W in it, and may have " + guest.component3() + " with " + guest.component4()
                            + " W. Ask its operator for more: a row of type guest");
        }
    }

    private void room(int more, int there, int most, String what, int line) {
        if (more > 0 && there + more > most) {
            problems.add(
                    line,
                    what + ": " + there + " and " + more + " more would be " + (there + more) + "; at most " + most
                            + " are possible. Leave some out");
        }
    }

    private int firstNewGroup() {
        return newGroups.isEmpty() ? 1 : newGroups.getFirst().line();
    }

    private int firstNewPoint() {
        return newPoints.isEmpty() ? 1 : newPoints.getFirst().line();
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
