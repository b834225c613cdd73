package org.chargeproof.cli.demo.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.protocol.ledger.Session;
import org.jspecify.annotations.Nullable;

/**
 * What is outside of the ledger: cars that take what they are told and no more than they need, meters, other equipment and
 * sun; and the apps and systems that write it down on chain.
 */
public final class ChargingWorld {
    private final Transactions transactions;
    private final int firstTimestep;
    private final SigningMeters meters;
    private final int settlementTimesteps;
    private final Backends backends;
    private final Cars cars;
    private final Energy energy;
    private final OperatorReports reports;
    private final @Nullable Hems hems;
    private Scenario scenario;

    /** @param firstTimestep the ledger's timestep that is step 0 of the scenario */
    public ChargingWorld(
            Scenario scenario,
            Network network,
            Transactions transactions,
            List<Keys.Operator> operators,
            Backends backends,
            int firstTimestep) {
        this(scenario, network, transactions, operators, backends, firstTimestep, null);
    }

    /**
     * The same with what tells oracles what groups measure and expect.
     *
     * @param hems null when all of it is sent by meter accounts
     */
    public ChargingWorld(
            Scenario scenario,
            Network network,
            Transactions transactions,
            List<Keys.Operator> operators,
            Backends backends,
            int firstTimestep,
            @Nullable Hems hems) {
        this.hems = hems;
        if (hems != null) {
            hems.setFirstTimestep(firstTimestep);
        }
        this.scenario = scenario;
        this.transactions = transactions;
        this.firstTimestep = firstTimestep;
        this.backends = backends;
        var points = new ArrayList<Scenario.Point>();
        var groupOfPoint = new ArrayList<Integer>();
        for (int g = 0; g < scenario.groups().size(); g++) {
            for (var point : scenario.groups().get(g).points()) {
                points.add(point);
                groupOfPoint.add(g);
            }
        }
        this.meters = new SigningMeters(points, network, transactions, operators);
        var market = network.identity().market();
        this.settlementTimesteps = market == null ? 1 : market.settlementTimesteps();
        this.cars = new Cars(
                () -> this.scenario, points, network, transactions, operators, meters, backends, firstTimestep);
        this.energy = new Energy(points, groupOfPoint, scenario.groups().size(), network.parameters(), backends, hems);
        this.reports = new OperatorReports(
                () -> this.scenario, points, network, transactions, operators, cars, backends, firstTimestep, hems);
    }

    /** Before the first step: drivers' pseudonyms, the meters as they stand, and what operators expect. */
    public void prepare(int currentTimestep) {
        cars.registerDrivers();
        meters.registerKeys();
        reports.meters(currentTimestep - 1, energy);
        // nothing is planned for the first one
        reports.forecasts(1);
        transactions.confirm();
    }

    /** What goes on when the scenario is over, at the same charge points. */
    public void append(Scenario next) {
        int fromStep = scenario.steps();
        scenario = scenario.then(next);
        cars.registerDrivers();
        reports.forecasts(fromStep);
        transactions.confirm();
    }

    /** How many steps there are until now. */
    public int steps() {
        return scenario.steps();
    }

    /** A timestep begins: the cars that are there until it ends may charge. */
    public void begin(int timestep) {
        backends.begin(timestep - firstTimestep);
        if (hems != null) {
            hems.begin(timestep);
        }
        cars.begin(timestep);
    }

    /** The timestep has passed: every car took what its charge point was handed over, or what it still needed. */
    public void charge(int timestep) {
        energy.take(timestep, timestep - firstTimestep, scenario.groups(), cars);
    }

    /** An operator's oracle stops in a timestep, the setpoints of which it has handed over. */
    public void fallsSilent(int operator, int timestep) {
        cars.fallsSilent(operator, timestep);
    }

    /** Operators write down what the timestep that is over came to, and which cars have left since. */
    public void report(int timestep) {
        // oracles may have sent with the same accounts
        transactions.renewNonces();
        reports.meters(timestep, energy);
        reports.groups(timestep);
        if (hems != null) {
            hems.report(timestep);
        }
        transactions.confirm();
    }

    /** Cars that leave in a step are unplugged; refused ones have left already. */
    public void unplug(int step, Map<Integer, Session> sessions) {
        transactions.renewNonces();
        cars.unplug(step, sessions);
        // what was told may be sent by oracles, with the accounts that write down meters' records
        transactions.renewNonces();
        // in time for the next bills, with as few transactions as can be
        if ((firstTimestep + step + 1) % settlementTimesteps == 0) {
            meters.record();
        }
    }

    /** Whether the sessions of all cars that have left are over on the ledger, as far as somebody was told. */
    public boolean haveEnded(Map<Integer, Session> sessions) {
        return cars.haveEnded(sessions);
    }

    /**
     * Drivers that plug in before a moment of the scenario ask.
     *
     * @param firstPossible first timestep that a request of now can be planned for
     * @return how many asked
     */
    public int plugIn(long beforeSeconds, int firstPossible) {
        return cars.plugIn(beforeSeconds, firstPossible);
    }

    /** The charge points' meters, which sign. */
    public SigningMeters meters() {
        return meters;
    }

    /** The cars, and what became of their drivers' requests. */
    public Cars cars() {
        return cars;
    }

    /** What was allowed, taken and metered. */
    public Energy energy() {
        return energy;
    }
}
