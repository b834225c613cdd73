package org.chargeproof.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.chargeproof.simulation.rule.RuleChoice;

/**
 * What a member sees of a session on chain, and the driver, whom it does not see.
 *
 * @param provider that vouches for the account
 * @param arrivalStep when it was asked
 * @param departureStep as stated
 * @param askedWh in the request
 * @param meteredWh by timestep from the arrival on
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record SeenSession(
        int driver,
        int provider,
        int site,
        int point,
        int arrivalStep,
        int departureStep,
        int askedWh,
        int[] meteredWh) {
    /** All sessions of some sites, charged by the planner, by their arrival. Drivers are with one provider each. */
    static List<SeenSession> of(DrivenSites driven, int limitPercent, int providers, long seed) {
        var random = new SplittableRandom(seed);
        int[] providerOf = random.ints(driven.driverCount(), 0, providers).toArray();
        var seen = new ArrayList<SeenSession>();
        for (int s = 0; s < driven.sites().size(); s++) {
            Site site = driven.sites().get(s);
            int limitW = (int) Math.max(1, site.ratedSumW() * limitPercent / 100);
            var metered = new HashMap<Visit, int[]>();
            var order = new ArrayList<Visit>();
            var rule = RuleChoice.parse("exact");
            new GroupSimulation(
                            site,
                            TypicalSurroundings.none(site, limitW),
                            rule.policy(),
                            rule.makes().get(),
                            new Habits(true, false),
                            null,
                            (step, visit, takenWh) -> {
                                int steps = Math.max(1, visit.departureStep() - visit.firstStep());
                                int at = step - visit.firstStep();
                                int[] its = metered.computeIfAbsent(visit, v -> {
                                    order.add(v);
                                    return new int[steps];
                                });
                                if (at >= 0 && at < steps) {
                                    its[at] = takenWh;
                                }
                            })
                    .run();
            for (Visit visit : order) {
                Integer driver = driven.drivers().get(new DrivenSites.Place(s, visit.point(), visit.plugInSeconds()));
                if (driver != null) {
                    seen.add(new SeenSession(
                            driver,
                            providerOf[driver],
                            s,
                            visit.point(),
                            visit.firstStep(),
                            visit.departureStep(),
                            visit.statedWh(),
                            metered.getOrDefault(visit, new int[0])));
                }
            }
        }
        seen.sort(Comparator.comparingInt(SeenSession::arrivalStep)
                .thenComparingInt(SeenSession::site)
                .thenComparingInt(SeenSession::point));
        return seen;
    }

    /** Nobody is at two plugs at once. */
    boolean overlaps(SeenSession other) {
        return arrivalStep < other.departureStep && other.arrivalStep < departureStep;
    }

    int energyWh() {
        int sum = 0;
        for (int wh : meteredWh) {
            sum += wh;
        }
        return sum;
    }

    /** The most in a timestep. */
    int mostWh() {
        int most = 0;
        for (int wh : meteredWh) {
            most = Math.max(most, wh);
        }
        return most;
    }

    /** Timesteps in which it took anything. */
    int chargingSteps() {
        int steps = 0;
        for (int wh : meteredWh) {
            steps += wh > 0 ? 1 : 0;
        }
        return steps;
    }

    /** Of its last charging timestep, what it took of the most, in percent: batteries take less and less. */
    int lastPercent() {
        int last = 0;
        for (int wh : meteredWh) {
            last = wh > 0 ? wh : last;
        }
        return 100 * last / Math.max(1, mostWh());
    }
}
