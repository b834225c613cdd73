package org.chargeproof.simulation;

import java.util.Arrays;
import java.util.HashSet;
import java.util.stream.IntStream;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.simulation.scenario.MinPower;
import org.chargeproof.site.file.BatterySite;
import org.chargeproof.site.file.GroupSite;
import org.chargeproof.site.phases.Phase;
import org.jspecify.annotations.Nullable;

/**
 * What a group has beside charge points.
 *
 * @param battery null without one
 * @param phaseLimitWh what charge points may take together on each phase in a step; {@link #NO_PHASES} without limits
 * @param phases of each charge point
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record EquippedGroup(@Nullable BatterySite battery, int phaseLimitWh, Phase[] phases) {
    static final int NO_PHASES = -1;
    /** The most that one phase of 32 A gives: what is rated for more has three. */
    private static final int MOST_SINGLE_PHASE_W = 7_400;

    private static final Phase[] IN_TURN = {Phase.L1, Phase.L2, Phase.L3};

    /** The same for every group: charge points of one phase are put on the three in turn. */
    static EquippedGroup alike(Site site, @Nullable BatterySite battery, int phaseLimitW) {
        var phases = new Phase[site.ratedW().length];
        int single = 0;
        for (int p = 0; p < phases.length; p++) {
            boolean isSingle = MinPower.ofRating(site.ratedW()[p]) > 0 && site.ratedW()[p] <= MOST_SINGLE_PHASE_W;
            phases[p] = isSingle ? IN_TURN[single++ % IN_TURN.length] : Phase.ALL;
        }
        return new EquippedGroup(
                battery, phaseLimitW == NO_PHASES ? NO_PHASES : phaseLimitW / Site.STEPS_PER_HOUR, phases);
    }

    /**
     * As a site file says. Charge points are named by their place in the group, from 0.
     *
     * @throws BadInputException when it names one that is not there
     */
    static EquippedGroup of(Site site, @Nullable GroupSite stated) {
        var phases = new Phase[site.ratedW().length];
        Arrays.fill(phases, Phase.ALL);
        if (stated == null) {
            return new EquippedGroup(null, NO_PHASES, phases);
        }
        var limits = stated.phases();
        if (limits != null) {
            var known = new HashSet<String>();
            IntStream.range(0, phases.length).forEach(p -> known.add(Integer.toString(p)));
            var unknown = limits.unknown(known);
            if (!unknown.isEmpty()) {
                throw new BadInputException("--site: group " + stated.group() + " has no charge point '"
                        + unknown.getFirst() + "'. In a simulation they are named 0 to " + (phases.length - 1) + ".");
            }
            for (int p = 0; p < phases.length; p++) {
                phases[p] = limits.phaseOf(p, "");
            }
        }
        return new EquippedGroup(
                stated.battery(), limits == null ? NO_PHASES : limits.limitW() / Site.STEPS_PER_HOUR, phases);
    }

    /** Whether there is anything. */
    boolean hasAny() {
        return battery != null || phaseLimitWh != NO_PHASES;
    }
}
