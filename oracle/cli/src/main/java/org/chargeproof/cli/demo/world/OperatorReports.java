package org.chargeproof.cli.demo.world;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;

/** What the operators' systems write on chain: meters with their status, groups' other load and PV, and forecasts. */
final class OperatorReports {
    private static final int OCPI_AVAILABLE = 0;
    private static final int OCPI_CHARGING = 2;
    private static final int OCPI_RESERVED = 7;
    private static final int METER_ENTRY_BYTES = 17;
    private static final int FORECAST_STEP_BYTES = 13;
    /** The first report of a charge point writes storage that was never written. */
    private static final int METERS_AT_ONCE = 1_000;

    private final Supplier<Scenario> scenario;
    private final List<Scenario.Point> points;
    private final Network network;
    private final NetworkParameters parameters;
    private final Transactions transactions;
    private final List<Keys.Operator> operators;
    private final Cars cars;
    private final Backends backends;
    private final int firstTimestep;
    private final @Nullable Hems hems;

    /** @param hems what tells oracles of groups in their place; null for nothing */
    OperatorReports(
            Supplier<Scenario> scenario,
            List<Scenario.Point> points,
            Network network,
            Transactions transactions,
            List<Keys.Operator> operators,
            Cars cars,
            Backends backends,
            int firstTimestep,
            @Nullable Hems hems) {
        this.hems = hems;
        this.scenario = scenario;
        this.points = points;
        this.network = network;
        this.parameters = network.parameters();
        this.transactions = transactions;
        this.operators = operators;
        this.cars = cars;
        this.backends = backends;
        this.firstTimestep = firstTimestep;
    }

    /** What all meters say at the end of a timestep. */
    void meters(int timestep, Energy energy) {
        for (int o = 0; o < operators.size(); o++) {
            if (backends.reports(o)) {
                continue;
            }
            var entries = ByteBuffer.allocate(METERS_AT_ONCE * METER_ENTRY_BYTES);
            for (int i = 0; i < points.size(); i++) {
                if (points.get(i).operator() == o) {
                    int status = status(i, timestep);
                    int liveW = status == OCPI_CHARGING ? energy.allowedWh(i) * parameters.stepsPerHour() : 0;
                    entries.putInt(i).putLong(energy.registerWh(i)).putInt(liveW);
                    entries.put((byte) status);
                }
                if (!entries.hasRemaining() || (i == points.size() - 1 && entries.position() > 0)) {
                    var bytes = new byte[entries.position()];
                    entries.flip().get(bytes).clear();
                    transactions.send(
                            operators.get(o).meter(),
                            "reporting meters",
                            network.charging().getContractAddress(),
                            network.charging().reportMeters(big(timestep), bytes));
                }
            }
        }
    }

    /** OCPI 2.2.1, Status, at the end of a timestep. */
    private int status(int point, int timestep) {
        if (!cars.isTaken(point)) {
            return OCPI_AVAILABLE;
        }
        return cars.isPluggedIn(point, timestep + 1) ? OCPI_CHARGING : OCPI_RESERVED;
    }

    /** What other equipment took, and PV gave, in a timestep that is over. */
    void groups(int timestep) {
        int step = timestep - firstTimestep;
        var groups = scenario.get().groups();
        for (int g = 0; g < groups.size(); g++) {
            var group = groups.get(g);
            boolean isTold = hems != null && hems.isFor(group.owner());
            if (!isTold && (group.otherEquipmentMaxW() > 0 || group.pvPeakW() > 0)) {
                transactions.send(
                        operators.get(group.owner()).meter(),
                        "reporting " + group.name(),
                        network.charging().getContractAddress(),
                        network.charging()
                                .reportGroup(
                                        big(g),
                                        big(timestep),
                                        big(Scenario.at(group.loadWh(), step)),
                                        big(Scenario.at(group.pvWh(), step)),
                                        big(0)));
            }
        }
    }

    /** What operators expect from a step on, up to the scenario's end. */
    void forecasts(int fromStep) {
        int steps = scenario.get().steps();
        var groups = scenario.get().groups();
        for (int g = 0; g < groups.size(); g++) {
            var group = groups.get(g);
            boolean isTold = hems != null && hems.isFor(group.owner());
            if (isTold || (group.otherEquipmentMaxW() == 0 && group.pvPeakW() == 0)) {
                continue;
            }
            var entries = ByteBuffer.allocate((steps - fromStep) * FORECAST_STEP_BYTES);
            for (int t = fromStep; t < steps; t++) {
                entries.putInt(Scenario.at(group.expectedLoadWh(), t))
                        .putInt(Scenario.at(group.reservedLoadWh(), t))
                        .putInt(Scenario.at(group.expectedPvWh(), t))
                        .put((byte) 0);
            }
            transactions.send(
                    operators.get(group.owner()).meter(),
                    "publishing the forecast of " + group.name(),
                    network.charging().getContractAddress(),
                    network.charging().publishForecast(big(g), big(firstTimestep + fromStep), entries.array()));
        }
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
