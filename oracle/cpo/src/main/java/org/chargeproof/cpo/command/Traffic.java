package org.chargeproof.cpo.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.chargeproof.cpo.Car;
import org.chargeproof.cpo.CpoPlatform;
import org.chargeproof.cpo.Quirk;
import org.chargeproof.cpo.Station;

/** Cars that come and go, and charge points whose behavior changes. The same seed, stations and clock give the same. */
final class Traffic {
    private static final double SECONDS_PER_HOUR = 3_600;
    private static final int[] MAX_POWER_W = {3_680, 7_360, 11_040, 11_040, 11_040, 22_080};
    private static final int ONE_PHASE_MIN_W = 1_380;
    private static final int THREE_PHASES_MIN_W = 4_140;
    private static final int THREE_PHASES_FROM_W = 11_000;
    private static final int LEAST_BATTERY_WH = 40_000;
    private static final int MORE_BATTERY_WH = 50_000;
    private static final double LEAST_STATE = 0.1;
    private static final double MORE_STATE = 0.6;
    private static final double TAPER_FROM = 0.8;
    private static final int LEAST_STAY_SECONDS = 1_800;
    private static final int MORE_STAY_SECONDS = 6 * 3_600;
    private static final int QUIRKS_EACH_SECONDS = 600;
    private static final List<Quirk> FLAKY =
            List.of(Quirk.REFUSES, Quirk.LATE, Quirk.LOST, Quirk.IGNORES, Quirk.REBOOTS, Quirk.FULL_POWER);

    private final CpoPlatform platform;
    private final List<Station> stations;
    private final List<Station> flaky;
    private final List<String> tokens;
    private final double carsPerHour;
    private final double flakyShare;
    private final Random random;
    private final PriorityQueue<Leave> leaves = new PriorityQueue<>(Comparator.comparingLong(Leave::second));
    private long nextCarSecond = Long.MIN_VALUE;
    private long nextQuirksSecond = Long.MIN_VALUE;

    private record Leave(long second, String evseId) {}

    /** Something that happened at a charge point. */
    record Change(String evseId, String what) {}

    /**
     * Cars that come and go.
     *
     * @param flaky charge points whose behavior may change
     * @param flakyShare how many of them behave oddly at a time, from 0 to 1
     */
    Traffic(
            CpoPlatform platform,
            List<Station> flaky,
            List<String> tokens,
            double carsPerHour,
            double flakyShare,
            long seed) {
        this.platform = platform;
        this.stations = platform.stations();
        this.flaky = List.copyOf(flaky);
        this.tokens = List.copyOf(tokens);
        this.carsPerHour = carsPerHour;
        this.flakyShare = flakyShare;
        this.random = new Random(seed);
    }

    /** Lets happen what is due at a second. */
    List<Change> advance(long second) {
        var changes = new ArrayList<Change>();
        quirks(second, changes);
        for (Leave next = leaves.peek(); next != null && next.second() <= second; next = leaves.peek()) {
            leaves.remove();
            changes.add(leave(next.evseId(), second));
        }
        if (carsPerHour > 0) {
            if (nextCarSecond == Long.MIN_VALUE) {
                // the first one at once: somebody is looking
                nextCarSecond = second;
            }
            while (nextCarSecond <= second) {
                come(second, changes);
                nextCarSecond +=
                        Math.max(1, Math.round(-Math.log(1 - random.nextDouble()) * SECONDS_PER_HOUR / carsPerHour));
            }
        }
        return changes;
    }

    /** All cars leave. */
    List<Change> end(long second) {
        var changes = new ArrayList<Change>();
        leaves.forEach(next -> changes.add(leave(next.evseId(), second)));
        leaves.clear();
        return changes;
    }

    private void come(long second, List<Change> changes) {
        List<Station> free =
                stations.stream().filter(each -> !each.isPluggedIn(second)).toList();
        if (free.isEmpty()) {
            return;
        }
        String evseId = free.get(random.nextInt(free.size())).data().evseId();
        int maxPowerW = MAX_POWER_W[random.nextInt(MAX_POWER_W.length)];
        int minPowerW = maxPowerW >= THREE_PHASES_FROM_W ? THREE_PHASES_MIN_W : ONE_PHASE_MIN_W;
        double state = LEAST_STATE + MORE_STATE * random.nextDouble();
        int batteryWh = LEAST_BATTERY_WH + random.nextInt(MORE_BATTERY_WH);
        var car = new Car(batteryWh, state, maxPowerW, minPowerW, TAPER_FROM);
        String session = platform.plugIn(evseId, tokens.get(random.nextInt(tokens.size())), car, second);
        leaves.add(new Leave(second + LEAST_STAY_SECONDS + random.nextInt(MORE_STAY_SECONDS), evseId));
        changes.add(new Change(
                evseId,
                "plugged in: " + Watts.kilo(maxPowerW) + " kW, " + Math.round(100 * state) + " % of "
                        + Watts.kilo(batteryWh) + " kWh; session " + session));
    }

    private Change leave(String evseId, long second) {
        platform.unplug(evseId, second);
        return new Change(
                evseId, "unplugged after " + Watts.kilo(platform.station(evseId).sessionEnergyWh()) + " kWh");
    }

    private void quirks(long second, List<Change> changes) {
        if (flakyShare <= 0 || second < nextQuirksSecond) {
            return;
        }
        nextQuirksSecond = second + QUIRKS_EACH_SECONDS;
        for (Station station : flaky) {
            Quirk quirk = random.nextDouble() < flakyShare ? FLAKY.get(random.nextInt(FLAKY.size())) : Quirk.NONE;
            if (quirk != station.quirk()) {
                station.setQuirk(quirk, second);
                changes.add(new Change(station.data().evseId(), "behaves: " + quirk));
            }
        }
    }
}
