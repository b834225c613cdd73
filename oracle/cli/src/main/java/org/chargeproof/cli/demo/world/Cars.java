package org.chargeproof.cli.demo.world;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.chargeproof.cli.demo.deployment.Keys;
import org.chargeproof.cli.demo.deployment.Pseudonyms;
import org.chargeproof.cli.demo.scenario.Scenario;
import org.chargeproof.cli.demo.scenario.Scenario.Stay;
import org.chargeproof.console.output.Count;
import org.chargeproof.contracts.Charging;
import org.chargeproof.ledger.Network;
import org.chargeproof.operator.owner.Transactions;
import org.chargeproof.protocol.ledger.Session;
import org.chargeproof.protocol.time.NetworkParameters;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Credentials;

/** Cars that come and go, and their drivers, who ask with accounts of their own. */
public final class Cars {
    private static final int USERS_AT_ONCE = 200;
    private static final int ROAMS_EVERY = 3;
    private static final SecureRandom SHUFFLE = new SecureRandom();

    private final Supplier<Scenario> scenario;
    private final List<Scenario.Point> points;
    private final Network network;
    private final NetworkParameters parameters;
    private final Transactions transactions;
    private final List<Keys.Operator> operators;
    private final SigningMeters meters;
    private final Backends backends;
    private final int firstTimestep;
    private final List<Credentials> drivers = new ArrayList<>();
    private final @Nullable Car[] cars;
    /** Cars that are there for the whole of the running timestep. */
    private final @Nullable Car[] charging;
    /** Cars that have asked in the running timestep: the final plan may leave something for them. */
    private final @Nullable Car[] waiting;
    /** The first second in which a car had power, by session. */
    private final Map<Integer, Long> poweredSeconds = new HashMap<>();
    /** First timestep without an oracle, by operator. */
    private final Map<Integer, Integer> silentFrom = new HashMap<>();

    /** Where a plug is in, as the operator's system knows it. */
    private final boolean[] plugged;
    /** Sessions whose car has left, and whose operator's system was told. */
    private final Set<Integer> leaving = new HashSet<>();

    private final Set<Integer> ownSessions = new HashSet<>();
    private final Map<Integer, String> accountOf = new HashMap<>();
    private IntFunction<Credentials> accounts = provider -> Keys.fresh();
    private Payment payment = (session, untilWh) -> untilWh;
    private IntPredicate stopped = session -> false;
    private int nextStay;
    private long missedWh;
    private long missedAtSilentWh;
    private long missedAtFlakyWh;
    private int turnedAway;
    private int tooShort;
    private int occupied;

    /** A car that is plugged in, or is to come, and has asked. */
    private static final class Car {
        final Stay stay;
        final int session;
        long takenWh;

        Car(Stay stay, int session) {
            this.stay = stay;
            this.session = session;
        }
    }

    /** @param points of the scenario, in the order of their numbers */
    Cars(
            Supplier<Scenario> scenario,
            List<Scenario.Point> points,
            Network network,
            Transactions transactions,
            List<Keys.Operator> operators,
            SigningMeters meters,
            Backends backends,
            int firstTimestep) {
        this.scenario = scenario;
        this.points = points;
        this.meters = meters;
        this.backends = backends;
        this.network = network;
        this.parameters = network.parameters();
        this.transactions = transactions;
        this.operators = operators;
        this.firstTimestep = firstTimestep;
        this.cars = new Car[points.size()];
        this.charging = new Car[points.size()];
        this.waiting = new Car[points.size()];
        this.plugged = new boolean[points.size()];
    }

    /**
     * Gives a pseudonym to the driver of each stay that has none yet. One of three is another operator's, which then is its provider: it roams.
     */
    void registerDrivers() {
        var byOperator = new HashMap<Integer, List<Credentials>>();
        var stays = scenario.get().stays();
        for (Stay stay : stays.subList(drivers.size(), stays.size())) {
            int number = drivers.size();
            int operator = points.get(stay.point()).operator();
            int others = operators.size() - 1;
            int provider = number % ROAMS_EVERY == 0 && others > 0
                    ? (operator + 1 + number / ROAMS_EVERY % others) % operators.size()
                    : operator;
            Credentials driver = accounts.apply(provider + 1);
            drivers.add(driver);
            byOperator.computeIfAbsent(provider, o -> new ArrayList<>()).add(driver);
        }
        byOperator.forEach((operator, users) -> {
            // so that their order says nothing of who asks when
            Collections.shuffle(users, SHUFFLE);
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
    }

    /** Drivers ask with accounts from here, which is told their provider (from 1). */
    public void setAccounts(IntFunction<Credentials> freshAccounts) {
        accounts = freshAccounts;
    }

    /** How far a session's energy is paid for. */
    public interface Payment {
        /**
         * A car would take energy.
         *
         * @param untilWh since the session began
         * @return up to where it is delivered
         */
        long untilWh(int session, long untilWh);
    }

    /** Cars take no more from now on than is paid for. */
    public void setPayment(Payment paidFor) {
        payment = paidFor;
    }

    /** Sessions that were ended because they were not paid for: what they lack was kept from nobody. */
    public void setStopped(IntPredicate isStopped) {
        stopped = isStopped;
    }

    /** Whether a session was ended because it was not paid for. */
    public boolean isStopped(Session session) {
        return stopped.test(session.id());
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
            waiting[i] = null;
            if (stays && car != null) {
                meters.begin(i, car.session, parameters.startOf(timestep));
            }
        }
    }

    /** What a car takes in a timestep that has run, when it may take so much, Wh; 0 without a car. */
    long take(int point, int allowedWh, int timestep) {
        // who waits for no profile gives power before its first timestep, too
        Car car = charging[point] == null && backends.isFlaky(point) ? cars[point] : charging[point];
        if (car == null) {
            car = waiting[point];
        }
        if (car == null) {
            return 0;
        }
        long wantedWh = Math.min(allowedWh, car.stay.energyWh() - car.takenWh);
        long takenWh = car.session == 0
                ? wantedWh
                : Math.clamp(payment.untilWh(car.session, car.takenWh + wantedWh) - car.takenWh, 0, wantedWh);
        car.takenWh += takenWh;
        if (takenWh > 0 && !poweredSeconds.containsKey(car.session)) {
            poweredSeconds.put(car.session, firstPower(point, timestep));
        }
        meters.count(point, takenWh, parameters.startOf(timestep + 1));
        return takenWh;
    }

    private long firstPower(int point, int timestep) {
        long second = parameters.startOf(timestep);
        while (second < parameters.startOf(timestep + 1) - 1 && backends.powerLimitW(point, second) == 0) {
            second++;
        }
        return second;
    }

    /** The first second in which a session's car had power, unix seconds of block time; null for one that never had. */
    public @Nullable Long poweredSeconds(int session) {
        return poweredSeconds.get(session);
    }

    /** An operator's oracle stops in a timestep, the setpoints of which it has handed over. */
    void fallsSilent(int operator, int timestep) {
        silentFrom.put(operator, timestep + 1);
    }

    /** Whether a session had a timestep in which its charge point's oracle was silent. */
    public boolean isSilent(int operator, int departureTimestep) {
        return silentFrom.getOrDefault(operator, Integer.MAX_VALUE) < departureTimestep;
    }

    /** Whoever asked without being of the scenario has a car, too: it stays from its arrival to its departure. */
    public void adopt(Iterable<Session> sessions) {
        for (Session session : sessions) {
            int point = session.chargePoint().id();
            boolean open = session.status() == Session.Status.REQUESTED || session.status() == Session.Status.ACCEPTED;
            if (open && point < cars.length && cars[point] == null && !isOwn(session)) {
                long arrivalSeconds = secondsOf(session.arrivalTimestep());
                cars[point] = new Car(
                        new Stay(
                                point,
                                session.isReservation() ? arrivalSeconds - 1 : arrivalSeconds,
                                arrivalSeconds,
                                secondsOf(session.departureTimestep()),
                                session.wantedWh(),
                                session.leastEnergyWh(),
                                session.joins()),
                        session.id());
            }
        }
    }

    /** Cars that leave in a step are unplugged; refused ones, and those whose driver ended the session, have left already. */
    void unplug(int step, Map<Integer, Session> sessions) {
        for (int i = 0; i < cars.length; i++) {
            Car car = cars[i];
            if (car == null) {
                continue;
            }
            var session = sessions.get(car.session);
            boolean refused = session != null && session.status() == Session.Status.REFUSED;
            boolean ended = session != null && session.status() == Session.Status.ENDED;
            boolean leaves = car.stay.plugOutSeconds() < (step + 1L) * Scenario.STEP_SECONDS;
            if (leaves && !refused && !ended && backends.reports(points.get(i).operator())) {
                if (!backends.isFlaky(i)) {
                    leaving.add(car.session);
                }
            } else if (leaves && !refused && !ended) {
                transactions.send(
                        operators.get(points.get(i).operator()).meter(),
                        "ending session " + car.session,
                        network.charging().getContractAddress(),
                        network.charging().endSession(big(car.session)));
            }
            if (leaves && session != null && session.accepted() && !stopped.test(session.id())) {
                countMissed(i, car, session);
            }
            long atSeconds = parameters.startOf(firstTimestep + step);
            if (refused && car.takenWh == 0) {
                meters.forget(i, atSeconds);
            } else if (leaves || ended || refused) {
                meters.end(i, atSeconds);
            }
            if (leaves || refused || ended) {
                cars[i] = null;
            }
        }
        tellPlugs(firstTimestep + step);
        transactions.confirm();
    }

    /** Whether the sessions of all cars that have left are over on the ledger, as far as somebody was told. */
    boolean haveEnded(Map<Integer, Session> sessions) {
        leaving.removeIf(id -> {
            Session session = sessions.get(id);
            return session == null
                    || session.status() == Session.Status.ENDED
                    || !backends.reports(session.chargePoint().operator());
        });
        return leaving.isEmpty();
    }

    /** Plugs go in and out where cars are that will be charged from the next timestep on at the earliest. */
    private void tellPlugs(int timestep) {
        boolean told = false;
        for (int i = 0; i < cars.length; i++) {
            boolean isIn = isPluggedIn(i, timestep + 1);
            if (isIn != plugged[i]) {
                plugged[i] = isIn;
                told = true;
                if (isIn) {
                    backends.plugIn(i);
                } else {
                    backends.unplug(i);
                }
            }
        }
        if (told) {
            backends.tell();
        }
    }

    private void countMissed(int point, Car car, Session session) {
        long lackedWh = Math.max(0, session.energyWh() - car.takenWh);
        if (backends.isFlaky(point)) {
            missedAtFlakyWh += lackedWh;
            return;
        }
        if (isSilent(points.get(point).operator(), session.departureTimestep())) {
            missedAtSilentWh += lackedWh;
        } else {
            missedWh += lackedWh;
        }
    }

    /**
     * Drivers that plug in before a moment of the scenario ask.
     *
     * @param firstPossible first timestep that a request of now can be planned for
     * @return how many asked
     */
    int plugIn(long beforeSeconds, int firstPossible) {
        var asking = new ArrayList<Integer>();
        var stays = scenario.get().stays();
        for (; nextStay < stays.size() && stays.get(nextStay).askSeconds() < beforeSeconds; nextStay++) {
            Stay stay = stays.get(nextStay);
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
                ask(drivers.get(nextStay), asked, arrivalTimestep, departureTimestep);
            }
        }
        giveSessions(asking);
        int timestep = firstTimestep + (int) ((beforeSeconds - 1) / Scenario.STEP_SECONDS);
        await(asking, timestep);
        tellPlugs(timestep);
        return asking.size();
    }

    /** Who is there already may draw what the running timestep's plan leaves unused. */
    private void await(List<Integer> asking, int timestep) {
        for (int point : asking) {
            Car car = cars[point];
            if (car != null && charging[point] == null && !car.stay.isReservation()) {
                waiting[point] = car;
                meters.begin(point, car.session, parameters.startOf(timestep));
            }
        }
    }

    private void ask(Credentials driver, Stay stay, int arrivalTimestep, int departureTimestep) {
        transactions.send(
                driver,
                "a request of " + stay.energyWh() + " Wh at charge point " + stay.point(),
                network.charging().getContractAddress(),
                network.charging()
                        .request(
                                big(stay.point()),
                                big(stay.energyWh()),
                                big(stay.leastEnergyWh()),
                                stay.isReservation() ? big(parameters.startOf(arrivalTimestep)) : BigInteger.ZERO,
                                big(parameters.startOf(departureTimestep)),
                                stay.joins()));
    }

    private void giveSessions(List<Integer> asking) {
        // somebody may hold the charge point: then its driver goes elsewhere
        var receipts = transactions.awaitBlocks();
        for (int i = 0; i < asking.size(); i++) {
            var requested = Charging.getChargingRequestedEvents(receipts.get(i));
            Car car = cars[asking.get(i)];
            if (car != null && !requested.isEmpty()) {
                int session = requested.getFirst().session.intValueExact();
                cars[asking.get(i)] = new Car(car.stay, session);
                ownSessions.add(session);
                accountOf.put(session, requested.getFirst().account);
            } else {
                cars[asking.get(i)] = null;
                // whoever has not told that the car before is gone
                turnedAway += backends.isFlaky(asking.get(i)) ? 0 : 1;
            }
        }
    }

    /** The first whole timestep for which the car is there. */
    private int arrivalTimestep(Stay stay) {
        return firstTimestep + (int) Math.ceilDiv(stay.plugInSeconds(), (long) Scenario.STEP_SECONDS);
    }

    private long secondsOf(int timestep) {
        return (long) (timestep - firstTimestep) * Scenario.STEP_SECONDS;
    }

    private boolean isThere(Car car, int timestep) {
        return arrivalTimestep(car.stay) <= timestep;
    }

    /** Whether somebody has asked for a charge point whose car is not gone. */
    boolean isTaken(int point) {
        return cars[point] != null;
    }

    /** Whether a car is plugged in at a charge point in a timestep. */
    boolean isPluggedIn(int point, int timestep) {
        Car car = cars[point];
        return car != null && isThere(car, timestep);
    }

    /** Whether a car is there for the whole of the running timestep. */
    boolean isCharging(int point) {
        return charging[point] != null;
    }

    /** Cars that are there for the whole of the running timestep. */
    public int charging() {
        int count = 0;
        for (Car car : charging) {
            count += car == null ? 0 : 1;
        }
        return count;
    }

    /** The account of a session of the scenario's drivers; null for others. */
    public @Nullable Credentials accountOf(int session) {
        String account = accountOf.get(session);
        return drivers.stream()
                .filter(driver -> driver.getAddress().equalsIgnoreCase(account))
                .findFirst()
                .orElse(null);
    }

    /** Drivers' accounts, in the order in which they ask. */
    public List<String> pseudonyms() {
        return drivers.stream().map(Credentials::getAddress).toList();
    }

    /** Whether a session is one of the scenario's drivers. */
    public boolean isOwn(Session session) {
        return ownSessions.contains(session.id());
    }

    /** Requests that the contracts refused. */
    public int turnedAway() {
        return turnedAway;
    }

    /** What cars lacked that were promised it, when they left; where the oracle had fallen silent, not counted. */
    public long missedWh() {
        return missedWh;
    }

    /** The same at charge points that misbehave. */
    public long missedAtFlakyWh() {
        return missedAtFlakyWh;
    }

    /** Whether a session is at a charge point that misbehaves. */
    public boolean isFlaky(Session session) {
        return backends.isFlaky(session.chargePoint().id());
    }

    /** The same where the oracle had fallen silent. */
    public long missedAtSilentWh() {
        return missedAtSilentWh;
    }

    /** Stays for which no request was made, in words; empty if there were none. */
    public List<String> remarks() {
        var remarks = new ArrayList<String>();
        if (tooShort > 0) {
            remarks.add(Count.of(tooShort, "stay") + " without a whole timestep, or without energy, asked for nothing");
        }
        if (turnedAway > 0) {
            remarks.add(Count.of(turnedAway, "request") + " found the charge point held by somebody else, and "
                    + (turnedAway == 1 ? "was" : "were") + " refused by the contracts");
        }
        if (occupied > 0) {
            remarks.add(Count.of(occupied, "stay") + " began before the stay before had ended, and asked for nothing");
        }
        return remarks;
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }
}
