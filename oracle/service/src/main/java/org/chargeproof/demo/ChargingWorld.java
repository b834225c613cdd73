package org.chargeproof.demo;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chargeproof.consortium.Transactions;
import org.chargeproof.contracts.Charging;
import org.chargeproof.demo.Scenario.Stay;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.Network;
import org.chargeproof.protocol.ledger.Session;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Credentials;

/**
 * What is outside of the ledger: cars that take what they are told and no more than they need, meters, other equipment and
 * sun; and the apps and systems that write it down on chain.
 */
final class ChargingWorld {
    private static final int OCPI_AVAILABLE = 0;
    private static final int OCPI_CHARGING = 2;
    private static final int OCPI_RESERVED = 7;
    private static final int METER_ENTRY_BYTES = 17;
    private static final int FORECAST_STEP_BYTES = 13;
    private static final int USERS_AT_ONCE = 200;
    /** The first report of a charge point writes storage that was never written. */
    private static final int METERS_AT_ONCE = 1_000;

    private final Scenario scenario;
    private final Network network;
    private final NetworkParameters parameters;
    private final Transactions transactions;
    private final List<Keys.Operator> operators;
    private final CpoBackends backends;
    private final int firstTimestep;
    private final List<Scenario.Point> points = new ArrayList<>();
    private final List<Integer> groupOfPoint = new ArrayList<>();
    private final List<Credentials> drivers = new ArrayList<>();
    private final long[] registerWh;
    private final @Nullable Car[] cars;
    private final int[] setpointWh;
    private final long[] groupPeakWh;
    private int nextStay;
    private long peakWh;
    private long overLimitWh;
    private long deliveredWh;
    private long greenWh;
    private long lastWh;
    private long missedWh;
    private int tooShort;
    private int occupied;

    /** A car that is plugged in and has asked. */
    private static final class Car {
        final Stay stay;
        final int session;
        long takenWh;

        Car(Stay stay, int session) {
            this.stay = stay;
            this.session = session;
        }
    }

    /** @param firstTimestep the ledger's timestep that is step 0 of the scenario */
    ChargingWorld(
            Scenario scenario,
            Network network,
            Transactions transactions,
            List<Keys.Operator> operators,
            CpoBackends backends,
            int firstTimestep) {
        this.scenario = scenario;
        this.network = network;
        this.parameters = network.parameters();
        this.transactions = transactions;
        this.operators = operators;
        this.backends = backends;
        this.firstTimestep = firstTimestep;
        for (int g = 0; g < scenario.groups().size(); g++) {
            for (var point : scenario.groups().get(g).points()) {
                points.add(point);
                groupOfPoint.add(g);
            }
        }
        this.registerWh = new long[points.size()];
        this.cars = new Car[points.size()];
        this.setpointWh = new int[points.size()];
        this.groupPeakWh = new long[scenario.groups().size()];
    }

    /** Before the first step: drivers' pseudonyms, the meters as they stand, and what operators expect. */
    void prepare(int currentTimestep) {
        var byOperator = new HashMap<Integer, List<String>>();
        for (Stay stay : scenario.stays()) {
            Credentials driver = Keys.fresh();
            drivers.add(driver);
            byOperator
                    .computeIfAbsent(points.get(stay.point()).operator(), o -> new ArrayList<>())
                    .add(driver.getAddress());
        }
        byOperator.forEach((operator, accounts) -> {
            for (int from = 0; from < accounts.size(); from += USERS_AT_ONCE) {
                transactions.send(
                        operators.get(operator).owner(),
                        "registering users",
                        network.assets().getContractAddress(),
                        network.assets()
                                .registerUsers(
                                        accounts.subList(from, Math.min(accounts.size(), from + USERS_AT_ONCE))));
            }
        });
        reportMeters(currentTimestep - 1);
        // nothing is planned for the first one
        publishForecasts(firstTimestep + 1);
        transactions.confirm();
    }

    /** The charge points take over what counts from now on: from their operator's system, or from the chain where that heard nothing. */
    void takeSetpoints(int timestep) {
        Map<Integer, Map<Integer, Integer>> handedOver = new HashMap<>();
        @Nullable List<BigInteger> onChain = null;
        for (int i = 0; i < setpointWh.length; i++) {
            var told = handedOver.computeIfAbsent(
                    points.get(i).operator(), operator -> backends.setpoints(operator, timestep));
            Integer powerW = told.get(i);
            if (powerW == null) {
                if (onChain == null) {
                    onChain = client().call(network.plans().setpoints(big(timestep), big(0), big(setpointWh.length)))
                            .component2();
                }
                powerW = onChain.get(i).intValueExact();
            }
            setpointWh[i] = powerW / parameters.stepsPerHour();
        }
    }

    /** A timestep passes: every car takes what it is told, or what it still needs. */
    void charge(int timestep) {
        int step = timestep - firstTimestep;
        var groupWh = new long[groupPeakWh.length];
        long allWh = 0;
        for (int i = 0; i < cars.length; i++) {
            Car car = cars[i];
            // a request that was refused, or is not decided yet, has a setpoint only under the fallback
            if (car == null
                    || (car.stay.isReservation() && !isThere(car, timestep))
                    || step > car.stay.plugOutSeconds() / Scenario.STEP_SECONDS - 1) {
                continue;
            }
            long takenWh = Math.min(setpointWh[i], car.stay.energyWh() - car.takenWh);
            car.takenWh += takenWh;
            registerWh[i] += takenWh;
            groupWh[groupOfPoint.get(i)] += takenWh;
            allWh += takenWh;
        }
        for (int g = 0; g < groupWh.length; g++) {
            var group = scenario.groups().get(g);
            long loadWh = groupWh[g] + at(group.loadWh(), step);
            long limitWh = group.capacityW() / parameters.stepsPerHour();
            greenWh += Math.min(groupWh[g], Math.max(0, at(group.pvWh(), step) - at(group.loadWh(), step)));
            groupPeakWh[g] = Math.max(groupPeakWh[g], loadWh);
            overLimitWh += Math.max(0, loadWh - limitWh);
        }
        peakWh = Math.max(peakWh, allWh);
        deliveredWh += allWh;
        lastWh = allWh;
    }

    /** Operators write down what the timestep that is over came to, and which cars have left since. */
    void report(int timestep) {
        reportMeters(timestep);
        int step = timestep - firstTimestep;
        for (int g = 0; g < scenario.groups().size(); g++) {
            var group = scenario.groups().get(g);
            if (group.otherEquipmentMaxW() > 0 || group.pvPeakW() > 0) {
                transactions.send(
                        operators.get(group.owner()).meter(),
                        "reporting " + group.name(),
                        network.charging().getContractAddress(),
                        network.charging()
                                .reportGroup(
                                        big(g),
                                        big(timestep),
                                        big(at(group.loadWh(), step)),
                                        big(at(group.pvWh(), step)),
                                        big(0)));
            }
        }
        transactions.confirm();
    }

    /** Cars that leave in a step are unplugged; refused ones have left already. */
    void unplug(int step, Map<Integer, Session> sessions) {
        for (int i = 0; i < cars.length; i++) {
            Car car = cars[i];
            if (car == null) {
                continue;
            }
            var session = sessions.get(car.session);
            boolean refused = session != null && session.status() == Session.Status.REFUSED;
            boolean leaves = car.stay.plugOutSeconds() < (step + 1L) * Scenario.STEP_SECONDS;
            if (leaves && !refused) {
                transactions.send(
                        operators.get(points.get(i).operator()).meter(),
                        "ending session " + car.session,
                        network.charging().getContractAddress(),
                        network.charging().endSession(big(car.session)));
            }
            if (leaves && session != null && session.accepted()) {
                missedWh += Math.max(0, session.energyWh() - car.takenWh);
            }
            if (leaves || refused) {
                cars[i] = null;
            }
        }
        transactions.confirm();
    }

    /**
     * Drivers that plug in before a moment of the scenario ask.
     *
     * @param firstPossible first timestep that a request of now can be planned for
     * @return how many asked
     */
    int plugIn(long beforeSeconds, int firstPossible) {
        var asking = new ArrayList<Integer>();
        for (;
                nextStay < scenario.stays().size()
                        && scenario.stays().get(nextStay).askSeconds() < beforeSeconds;
                nextStay++) {
            Stay stay = scenario.stays().get(nextStay);
            int departureTimestep = firstTimestep + (int) (stay.plugOutSeconds() / Scenario.STEP_SECONDS);
            int arrivalTimestep = Math.max(firstPossible, arrivalTimestep(stay));
            long mostWh = (long) (departureTimestep - arrivalTimestep)
                    * (points.get(stay.point()).ratedPowerW() / parameters.stepsPerHour());
            if (departureTimestep <= arrivalTimestep || stay.energyWh() == 0) {
                tooShort++;
            } else if (cars[stay.point()] != null) {
                occupied++;
            } else {
                int energyWh = (int) Math.min(stay.energyWh(), mostWh);
                Stay asked = new Stay(
                        stay.point(),
                        stay.askSeconds(),
                        stay.plugInSeconds(),
                        stay.plugOutSeconds(),
                        energyWh,
                        stay.joins() ? Math.min(stay.leastEnergyWh(), energyWh) : energyWh,
                        stay.joins());
                // ids are given in the order of the block, which is that of sending
                cars[stay.point()] = new Car(asked, 0);
                asking.add(stay.point());
                transactions.send(
                        drivers.get(nextStay),
                        "a request of " + energyWh + " Wh at charge point " + stay.point(),
                        network.charging().getContractAddress(),
                        network.charging()
                                .request(
                                        big(stay.point()),
                                        big(energyWh),
                                        big(asked.leastEnergyWh()),
                                        stay.isReservation()
                                                ? big(parameters.startOf(arrivalTimestep))
                                                : BigInteger.ZERO,
                                        big(parameters.startOf(departureTimestep)),
                                        stay.joins()));
            }
        }
        var receipts = transactions.confirm();
        for (int i = 0; i < asking.size(); i++) {
            var requested = Charging.getChargingRequestedEvents(receipts.get(i)).getFirst();
            Car car = cars[asking.get(i)];
            if (car != null) {
                cars[asking.get(i)] = new Car(car.stay, requested.session.intValueExact());
            }
        }
        return asking.size();
    }

    /** The first whole timestep for which the car is there. */
    private int arrivalTimestep(Stay stay) {
        return firstTimestep + (int) Math.ceilDiv(stay.plugInSeconds(), (long) Scenario.STEP_SECONDS);
    }

    private boolean isThere(Car car, int timestep) {
        return arrivalTimestep(car.stay) <= timestep;
    }

    /** What cars lacked that were promised it, when they left. */
    long missedWh() {
        return missedWh;
    }

    /** Energy that all cars took in the last timestep. */
    long lastWh() {
        return lastWh;
    }

    /** Energy that all cars have taken. */
    long deliveredWh() {
        return deliveredWh;
    }

    /** Of it, from PV behind the same cabinet. */
    long greenWh() {
        return greenWh;
    }

    /** Highest energy of all cars together in one timestep. */
    long peakWh() {
        return peakWh;
    }

    /** Energy above the limit of a group, over all groups and timesteps. */
    long overLimitWh() {
        return overLimitWh;
    }

    /** A group's highest load in one timestep, other equipment included. */
    long groupPeakWh(int group) {
        return groupPeakWh[group];
    }

    /** Stays for which no request was made, in words; empty if there were none. */
    List<String> remarks() {
        var remarks = new ArrayList<String>();
        if (tooShort > 0) {
            remarks.add(tooShort + " stays without a whole timestep, or without energy, asked for nothing");
        }
        if (occupied > 0) {
            remarks.add(occupied + " stays began before the stay before them had ended, and asked for nothing");
        }
        return remarks;
    }

    private void reportMeters(int timestep) {
        for (int o = 0; o < operators.size(); o++) {
            var entries = ByteBuffer.allocate(METERS_AT_ONCE * METER_ENTRY_BYTES);
            for (int i = 0; i < points.size(); i++) {
                if (points.get(i).operator() == o) {
                    int liveW = status(i, timestep) == OCPI_CHARGING ? setpointWh[i] * parameters.stepsPerHour() : 0;
                    entries.putInt(i).putLong(registerWh[i]).putInt(liveW);
                    entries.put((byte) status(i, timestep));
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
        Car car = cars[point];
        if (car == null) {
            return OCPI_AVAILABLE;
        }
        return isThere(car, timestep + 1) ? OCPI_CHARGING : OCPI_RESERVED;
    }

    private void publishForecasts(int fromTimestep) {
        int ahead = firstTimestep - fromTimestep;
        for (int g = 0; g < scenario.groups().size(); g++) {
            var group = scenario.groups().get(g);
            if (group.otherEquipmentMaxW() == 0 && group.pvPeakW() == 0) {
                continue;
            }
            var steps = ByteBuffer.allocate((ahead + scenario.steps()) * FORECAST_STEP_BYTES);
            for (int t = -ahead; t < scenario.steps(); t++) {
                steps.putInt(at(group.expectedLoadWh(), t))
                        .putInt(at(group.reservedLoadWh(), t))
                        .putInt(at(group.expectedPvWh(), t))
                        .put((byte) 0);
            }
            transactions.send(
                    operators.get(group.owner()).meter(),
                    "publishing the forecast of " + group.name(),
                    network.charging().getContractAddress(),
                    network.charging().publishForecast(big(g), big(fromTimestep), steps.array()));
        }
    }

    private LedgerClient client() {
        return network.client();
    }

    /** A profile at a step; before and after it, nothing. */
    private static int at(int[] profile, int step) {
        return step >= 0 && step < profile.length ? profile[step] : 0;
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
