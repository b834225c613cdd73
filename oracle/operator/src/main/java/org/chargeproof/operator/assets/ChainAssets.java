package org.chargeproof.operator.assets;

import java.math.BigInteger;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.protocol.ledger.GroupPolicy;

/**
 * Groups and charge points as they are on chain, without those removed.
 *
 * @param groups all of the network, by id
 * @param points one operator's, by id
 * @param groupIds ids of groups that were ever given, in the network
 * @param pointIds ids of charge points that were ever given, in the network
 * @param ownGroupIds those ever given to the operator, removed ones too
 * @param ownPointIds those ever given to the operator, removed ones too
 */
record ChainAssets(
        int operator,
        TreeMap<Integer, Group> groups,
        TreeMap<Integer, Point> points,
        int groupIds,
        int pointIds,
        int ownGroupIds,
        int ownPointIds) {
    private static final int MOST_GROUPS = 5_000;
    private static final int MOST_POINTS = 20_000;

    record Group(
            int id,
            int operator,
            int capacityW,
            int otherEquipmentMaxW,
            int limitW,
            int points,
            GroupPolicy policy,
            long ratedPowerW,
            int pvs,
            boolean removed) {}

    record Point(
            int id,
            int operator,
            String evseId,
            int latitudeE7,
            int longitudeE7,
            int ratedPowerW,
            int minPowerW,
            int group,
            Price.Now price,
            int connector,
            boolean removed) {}

    /** Reads all that an operator has. */
    static ChainAssets read(Network network, int operator) {
        int groupIds = count(network, network.client().call(network.assets().groupCount()), MOST_GROUPS, "groups");
        int pointIds = count(
                network, network.client().call(network.assets().chargePointCount()), MOST_POINTS, "charge points");
        var groups = new TreeMap<Integer, Group>();
        int ownGroups = 0;
        for (Group g : Calls.each("groups", ids(groupIds), i -> group(network, i))) {
            ownGroups += g.operator() == operator ? 1 : 0;
            if (!g.removed()) {
                groups.put(g.id(), g);
            }
        }
        int timestep = network.parameters().timestepAt(network.client().head().timestampSeconds());
        var points = new TreeMap<Integer, Point>();
        int ownPoints = 0;
        for (Point p : Calls.each("charge points", ids(pointIds), i -> point(network, i, operator, timestep))) {
            ownPoints += p.operator() == operator ? 1 : 0;
            if (p.operator() == operator && !p.removed()) {
                points.put(p.id(), p);
            }
        }
        return new ChainAssets(operator, groups, points, groupIds, pointIds, ownGroups, ownPoints);
    }

    /** The operator's own groups, ascending. */
    List<Group> ownGroups() {
        return groups.values().stream().filter(g -> g.operator() == operator).toList();
    }

    private static List<Integer> ids(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private static int count(Network network, BigInteger count, int most, String what) {
        if (count.signum() < 0 || count.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new LedgerException(network.client().url() + " says that there are " + count.bitLength() + " bits of "
                    + what + "; a network has at most " + most + ". Ask another node.");
        }
        return count.intValueExact();
    }

    private static Group group(Network network, int id) {
        var g = network.client().call(network.assets().groupOf(BigInteger.valueOf(id)));
        return new Group(
                id,
                g.operator.intValueExact(),
                g.capacityW.intValueExact(),
                g.otherEquipmentMaxW.intValueExact(),
                g.limitW.intValueExact(),
                g.chargePointCount.intValueExact(),
                GroupPolicy.of(g.policyKind.intValueExact(), g.policyPercent.intValueExact()),
                g.ratedPowerW.longValueExact(),
                g.pvCount.intValueExact(),
                g.removed);
    }

    /** A charge point's price; by itself, as only its operator's own ones are asked for. */
    static Price.Now price(Network network, int id, int timestep) {
        var t = network.client().call(network.assets().tariffOf(BigInteger.valueOf(id)));
        return Price.of(timestep, t.perKWhE4, t.vatE4, t.nextPerKWhE4, t.nextVatE4, t.nextFromTimestep);
    }

    private static Point point(Network network, int id, int operator, int timestep) {
        var p = network.client().call(network.assets().chargePointOf(BigInteger.valueOf(id)));
        var inForce = new Price(p.pricePerKWhE4.intValueExact(), p.vatE4.intValueExact());
        boolean own = p.operator.intValueExact() == operator && !p.removed;
        return new Point(
                id,
                p.operator.intValueExact(),
                p.evseId,
                p.latitudeE7.intValueExact(),
                p.longitudeE7.intValueExact(),
                p.ratedPowerW.intValueExact(),
                p.minPowerW.intValueExact(),
                p.group.intValueExact(),
                own ? price(network, id, timestep) : new Price.Now(inForce, null),
                p.connector.intValueExact(),
                p.removed);
    }
}
