package org.chargeproof.cli.demo;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chargeproof.cli.demo.Scenario.Stay;
import org.chargeproof.contracts.Charging;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.owner.Transactions;
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
    private final int[] allowedWh;
    private final long[] groupPeakWh;
    /** Cars that are there for the whole of the running timestep. */
    private final @Nullable Car[] charging;
    /** First timestep without an oracle, by operator. */
    private final Map<Integer, Integer> silentFrom = new HashMap<>();

    private int nextStay;
    private long peakWh;
    private long overLimitWh;
    private long deliveredWh;
    private long greenWh;
    private long lastWh;
    private long missedWh;
    private long missedAtSilentWh;
    private int handedOverPlans;
    private int handedOverFallbacks;
    private int silentTimesteps;
    private final Set<Integer> ownSessions = new HashSet<>();
    private int turnedAway;
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
        this.charging = new Car[points.size()];
        this.allowedWh = new int[points.size()];
        this.groupPeakWh = new long[scenario.groups().size()];
    }

    /** Before the first step: drivers' pseudonyms, the meters as they stand, and what operators expect. */
    void prepare(int currentTimestep) {
        var byOperator = new HashMap<Integer, List<Credentials>>();
        for (Stay stay : scenario.stays()) {
            Credentials driver = Keys.fresh();
            drivers.add(driver);
            byOperator
                    .computeIfAbsent(points.get(stay.point()).operator(), o -> new ArrayList<>())
                    .add(driver);
        }
        byOperator.forEach((operator, users) -> {
            for (int from = 0; from < users.size(); from += USERS_AT_ONCE) {
                transactions.send(
                        operators.get(operator).owner(),
                        "registering users",
                        network.assets().getContractAddress(),
                        Pseudonyms.register(
                                network,
                                operator + 1,
                                users.subList(from, Math.min(users.size(), from + USERS_AT_ONCE))));
            }
        });
        reportMeters(currentTimestep - 1);
        // nothing is planned for the first one
        publishForecasts(firstTimestep + 1);
        transactions.confirm();
    }

    /** A timestep begins: the cars that are there until it ends may charge. */
    void begin(int timestep) {
        int step = timestep - firstTimestep;
        for (int i = 0; i < cars.length; i++) {
            Car car = cars[i];
            boolean stays = car != null
                    && !(car.stay.isReservation() && !isThere(car, timestep))
                    && step <= car.stay.plugOutSeconds() / Scenario.STEP_SECONDS - 1;
            charging[i] = stays ? car : null;
        }
    }

    /** The timestep has passed: every car took what its charge point was handed over, or what it still needed. */
    void charge(int timestep) {
        int step = timestep - firstTimestep;
        countHandedOver(timestep);
        var groupWh = new long[groupPeakWh.length];
        long allWh = 0;
        for (int i = 0; i < charging.length; i++) {
            allowedWh[i] = backends.stations(points.get(i).operator())
                    .energyWh(
                            i,
                            parameters.startOf(timestep),
                            parameters.startOf(timestep + 1),
                            parameters.stepsPerHour());
            Car car = charging[i];
            if (car == null) {
                continue;
            }
            long takenWh = Math.min(allowedWh[i], car.stay.energyWh() - car.takenWh);
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

    private void countHandedOver(int timestep) {
        boolean silent = false;
        for (int operator :
                points.stream().mapToInt(Scenario.Point::operator).distinct().toArray()) {
            switch (backends.stations(operator).source(timestep)) {
                case PLAN -> handedOverPlans++;
                case FALLBACK -> handedOverFallbacks++;
                case null -> silent = true;
            }
        }
        silentTimesteps += silent ? 1 : 0;
    }

    /** An operator's oracle stops in a timestep, the setpoints of which it has handed over. */
    void fallsSilent(int operator, int timestep) {
        silentFrom.put(operator, timestep + 1);
    }

    /** Whether a session had a timestep in which its charge point's oracle was silent. */
    boolean isSilent(int operator, int departureTimestep) {
        return silentFrom.getOrDefault(operator, Integer.MAX_VALUE) < departureTimestep;
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
                long lackedWh = Math.max(0, session.energyWh() - car.takenWh);
                if (isSilent(points.get(i).operator(), session.departureTimestep())) {
                    missedAtSilentWh += lackedWh;
                } else {
                    missedWh += lackedWh;
                }
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
        // somebody may hold the charge point: then its driver goes elsewhere
        var receipts = transactions.awaitBlocks();
        for (int i = 0; i < asking.size(); i++) {
            var requested = Charging.getChargingRequestedEvents(receipts.get(i));
            Car car = cars[asking.get(i)];
            if (car != null && !requested.isEmpty()) {
                int session = requested.getFirst().session.intValueExact();
                cars[asking.get(i)] = new Car(car.stay, session);
                ownSessions.add(session);
            } else {
                cars[asking.get(i)] = null;
                turnedAway++;
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

    /** Drivers' accounts, in the order in which they ask. */
    List<String> pseudonyms() {
        return drivers.stream().map(Credentials::getAddress).toList();
    }

    /** Whether a session is one of the scenario's drivers. */
    boolean isOwn(Session session) {
        return ownSessions.contains(session.id());
    }

    /** Requests that the contracts refused. */
    int turnedAway() {
        return turnedAway;
    }

    /** What cars lacked that were promised it, when they left; where the oracle had fallen silent, not counted. */
    long missedWh() {
        return missedWh;
    }

    /** The same where the oracle had fallen silent. */
    long missedAtSilentWh() {
        return missedAtSilentWh;
    }

    /** Plans handed over, by operator and timestep. */
    int handedOverPlans() {
        return handedOverPlans;
    }

    /** Fallbacks handed over, by operator and timestep. */
    int handedOverFallbacks() {
        return handedOverFallbacks;
    }

    /** Timesteps for which at least one operator's charge points heard nothing. */
    int silentTimesteps() {
        return silentTimesteps;
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
        if (turnedAway > 0) {
            remarks.add(turnedAway
                    + " requests found their charge point held by somebody else, and were refused by the contracts");
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
                    int liveW = status(i, timestep) == OCPI_CHARGING ? allowedWh[i] * parameters.stepsPerHour() : 0;
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

    /** A profile at a step; before and after it, nothing. */
    private static int at(int[] profile, int step) {
        return step >= 0 && step < profile.length ? profile[step] : 0;
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
